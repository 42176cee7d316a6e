import CZeroMQ
import Foundation
import Testing

@testable import Transport

/// That limits are those of the real sockets, and what happens beyond them.
@Suite(.serialized) struct SocketLimitTests {
  private func option<Value: BinaryInteger & BitwiseCopyable>(
    _ option: Int32, of socket: MessageSocket, as value: Value
  ) -> Value {
    var value = value
    var count = MemoryLayout<Value>.size
    #expect(zmq_getsockopt(socket.handle, option, &value, &count) == 0)
    return value
  }

  /// More messages of 100 KB than two queues and the kernel's buffers hold.
  private static let enough = 2000

  /// How many messages a queue takes before it has been full for a while.
  private func countTaken(_ send: ([UInt8]) throws -> MessageSocket.SendOutcome) throws -> Int {
    let bytes = [UInt8](repeating: 1, count: 100_000)
    var (sent, sentAt) = (0, ContinuousClock.now)
    while sent < Self.enough, ContinuousClock.now - sentAt < .seconds(1) {
      if case .sent = try send(bytes) { (sent, sentAt) = (sent + 1, .now) } else { usleep(1000) }
    }
    return sent
  }

  @Test func everyLimitIsSetOnTheSocketsOfBothKinds() throws {
    var limits = SocketLimits()
    (limits.maximumMessageBytes, limits.sendHighWaterMark, limits.receiveHighWaterMark) = (12_345, 67, 89)
    (limits.lingerMilliseconds, limits.backlog, limits.handshakeMilliseconds) = (21, 43, 654)
    (limits.heartbeatMilliseconds, limits.heartbeatTimeoutMilliseconds) = (700, 7000)
    let listener = try ListenerFixture(limits: limits)
    let local = try MessageSocket(.router, context: listener.context, limits: limits)
    for socket in [listener.router, local, try listener.dealer(limits: limits)] {
      #expect(option(ZMQ_MAXMSGSIZE, of: socket, as: Int64(0)) == 12_345)
      let numbers: [(Int32, Int32)] = [
        (ZMQ_SNDHWM, 67), (ZMQ_RCVHWM, 89), (ZMQ_LINGER, 21), (ZMQ_BACKLOG, 43), (ZMQ_HANDSHAKE_IVL, 654),
      ]
      for (name, number) in numbers {
        #expect(option(name, of: socket, as: Int32(0)) == number, "option \(name)")
      }
    }
    #expect(option(ZMQ_HEARTBEAT_IVL, of: listener.router, as: Int32(0)) == 700)
    #expect(option(ZMQ_TCP_KEEPALIVE, of: listener.router, as: Int32(0)) == 1)
  }

  @Test func aProcessHasAsManySocketsAsItMayAndNoMore() throws {
    let context = try MessageContext()
    var sockets: [MessageSocket] = []
    #expect(throws: ZeroMQError.self) {
      for _ in 0...MessageContext.maximumSockets { sockets.append(try MessageSocket(.router, context: context)) }
    }
    #expect(sockets.count == Int(MessageContext.maximumSockets))
    sockets.removeLast(8)
    // A closed socket's place is free as soon as the context's own thread has seen it go.
    #expect(eventually { (try? MessageSocket(.router, context: context)) != nil })
  }

  @Test func aPeerThatReadsNothingFillsItsOwnQueueAlone() throws {
    var limits = ListenerFixture.shortTimeouts
    (limits.sendHighWaterMark, limits.receiveHighWaterMark) = (10, 10)
    let listener = try ListenerFixture(workers: ["good", "deaf"], limits: limits)
    let (good, deaf) = (try listener.dealer("good", limits: limits), try listener.dealer("deaf", limits: limits))
    #expect(try listener.carries("first", from: good))
    _ = try deaf.send([1])
    let identity = try #require(try listener.message()).identity
    let sent = try countTaken { try listener.router.send($0, to: identity) }
    #expect(sent < Self.enough, "\(sent)")
    for round in 0..<20 { #expect(try listener.carries("round \(round)", from: good)) }
    withExtendedLifetime(deaf) {}
  }

  @Test func whoSendsFasterThanIsReadHasToWait() throws {
    var limits = ListenerFixture.shortTimeouts
    (limits.sendHighWaterMark, limits.receiveHighWaterMark) = (10, 10)
    let listener = try ListenerFixture(workers: ["good", "loud"], limits: limits)
    let (good, loud) = (try listener.dealer("good", limits: limits), try listener.dealer("loud", limits: limits))
    #expect(try listener.carries("first", from: good))
    #expect(try listener.carries("loud", from: loud))
    let sent = try countTaken { try loud.send($0) }
    #expect(sent < Self.enough, "\(sent)")
    // Others are heard between its messages, which wait in fair turns.
    _ = try good.send([2])
    var (heard, fromLoud) = (false, 0)
    while !heard, let message = try listener.message() {
      heard = message.user == "good"
      if !heard { fromLoud += 1 }
    }
    #expect(heard && fromLoud <= sent)
  }
}
