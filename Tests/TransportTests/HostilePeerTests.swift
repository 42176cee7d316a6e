import Foundation
import Hashing
import Testing

@testable import Transport

/// Peers that do what no honest one does, while an honest one goes on working.
@Suite(.serialized) struct HostilePeerTests {
  private static var quick: SocketLimits {
    var limits = SocketLimits()
    limits.handshakeMilliseconds = 500
    limits.maximumMessageBytes = 10_000
    return limits
  }

  @Test func bytesThatAreNoHandshakeAreDroppedAndCounted() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let good = try listener.dealer()
    #expect(try listener.carries("first", from: good))
    var random = SplitMix64(state: 11)
    let greeting = RawConnection.greeting("CURVE")
    var openings: [[UInt8]] = [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [0], [0xff], Array(greeting.prefix(5)), Array(greeting.prefix(33)),
      greeting, RawConnection.greeting("NULL"), RawConnection.greeting("PLAIN"), RawConnection.greeting("NONSENSE"),
      greeting + RawConnection.command("HELLO", [UInt8](repeating: 0, count: 194)),
      greeting + RawConnection.command("HELLO", []), greeting + RawConnection.command("READY", []),
      greeting + RawConnection.command("INITIATE", [UInt8](repeating: 9, count: 200)),
      // A command that claims 2^63 − 1 bytes, one of 16 EiB, and one within the limit that never comes.
      greeting + [6, 0x7f] + [UInt8](repeating: 0xff, count: 7),
      greeting + [6] + [UInt8](repeating: 0xff, count: 8),
      greeting + [6, 0, 0, 0, 0, 0, 0, 0x27, 0x0f],
      // ZMTP 1 and 2, which know no encryption.
      [1, 0], [3, 0, 65, 66], [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5, 0, 0],
    ]
    openings += (0..<40).map { _ in
      (0..<Int.random(in: 1...400, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    let connections = openings.compactMap { opening -> RawConnection? in
      let connection = RawConnection(port: listener.port)
      connection?.send(opening)
      return connection
    }
    #expect(connections.count == openings.count)
    for (index, connection) in connections.enumerated() {
      #expect(connection.isClosed(within: 15), "opening \(index)")
    }
    #expect(try listener.carries("still here", from: good))
    #expect(try listener.message(within: 0.2) == nil)
    let counts = listener.watch.counts
    let refused = (counts[.protocolFailure] ?? 0) + (counts[.unfinishedHandshake] ?? 0)
    #expect(refused >= openings.count, "\(counts)")
  }

  @Test func aHandshakeThatNeverEndsIsEndedAfterItsInterval() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let good = try listener.dealer()
    let greeting = RawConnection.greeting("CURVE")
    let slow = try #require(RawConnection(port: listener.port))
    // A byte now and then keeps no connection alive: what counts is the whole handshake.
    var sent = 0
    let isDropped = eventually {
      if sent < greeting.count { slow.send([greeting[sent]]) }
      sent += 1
      return slow.isClosed(within: 0.05)
    }
    #expect(isDropped && sent < greeting.count)
    #expect(listener.counted(.unfinishedHandshake))
    #expect(try listener.carries("still here", from: good))
  }

  @Test func aThousandConnectionsThatSayNothingKeepNobodyOut() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let good = try listener.dealer()
    #expect(try listener.carries("first", from: good))
    var silent = (0..<1000).compactMap { _ in RawConnection(port: listener.port) }
    #expect(silent.count == 1000)
    #expect(try listener.carries("in the middle", from: good))
    let late = try listener.dealer("good", identity: "late")
    #expect(try listener.carries("late", from: late))
    #expect(listener.counted(.unfinishedHandshake, atLeast: 1000, within: 30), "\(listener.watch.counts)")
    #expect(try listener.carries("still here", from: good))
    // However many they were, the log has a line a second.
    listener.watch.flush()
    #expect(listener.watch.reports.takeAll().count { $0.event == .unfinishedHandshake } < 35)
    silent.removeAll()
  }

  @Test func anOversizedMessageClosesItsConnectionAndArrivesNowhere() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let good = try listener.dealer()
    #expect(try listener.carries("first", from: good))
    let big = try listener.dealer("good", identity: "big")
    #expect(try listener.carries("small", from: big))
    _ = try big.send([UInt8](repeating: 1, count: 20_000))
    #expect(listener.counted(.disconnected))
    #expect(try listener.carries("still here", from: good))
    // It is let in again, and its next message is heard.
    #expect(try listener.carries("small again", from: big))
  }

  @Test func messagesOfSeveralFramesOrNoneAreTakenWholeAndMarked() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let odd = try listener.dealer("good", identity: "odd")
    try odd.sendFrames([[1], [2], [3]])
    try odd.sendFrames([[]])
    try odd.sendFrames([[4]])
    let messages = try (0..<3).map { _ in try #require(try listener.message()) }
    #expect(messages.map(\.body) == [nil, [], [4]])
    #expect(messages.allSatisfy { $0.user == "good" && $0.identity == Array("odd".utf8) })
  }

  @Test func aFloodOfStrangersKeepsNobodyOutAndFillsNoLog() throws {
    let listener = try ListenerFixture(limits: Self.quick)
    let good = try listener.dealer()
    #expect(try listener.carries("first", from: good))
    let server = try listener.keys.serverKeys().publicKey
    let strangers = try (0..<20).map { try listener.dealer(.client(KeyPair(), server: server), identity: "s\($0)") }
    for stranger in strangers { _ = try stranger.send([1]) }
    for round in 0..<50 {
      let raw = (0..<10).compactMap { _ in RawConnection(port: listener.port) }
      for connection in raw {
        connection.send(Array("nonsense \(round) ".utf8) + [UInt8](repeating: 7, count: 100))
      }
      #expect(try listener.carries("round \(round)", from: good))
    }
    #expect(listener.counted(.unlistedKey, atLeast: 20))
    let refused = eventually {
      let counts = listener.watch.counts
      return (counts[.protocolFailure] ?? 0) + (counts[.unfinishedHandshake] ?? 0) >= 500
    }
    #expect(refused, "\(listener.watch.counts)")
    #expect(try listener.carries("still here", from: good))
    #expect(listener.watch.reports.takeAll().count < 100)
  }

  @Test func aFloodFromAGoodKeyIsHeldToItsRateAndLeavesRoomForOthers() throws {
    let listener = try ListenerFixture(workers: ["good", "loud"], limits: Self.quick)
    let (good, loud) = (try listener.dealer("good"), try listener.dealer("loud"))
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst) = (0, 100)
    var rate = PeerRate(limits, at: 0)
    #expect(try listener.carries("first", from: good))
    let sent = try (0..<3000).count { _ in try loud.send([1]) == .sent }
    _ = try good.send([2])
    var heard = (loud: 0, dropped: 0, good: 0)
    while heard.loud + heard.dropped < sent || heard.good < 1, let message = try listener.message() {
      if message.user == "good" {
        heard.good += 1
      } else if rate.admits(bytes: 1, at: 0) {
        heard.loud += 1
      } else {
        heard.dropped += 1
      }
    }
    #expect(heard == (100, sent - 100, 1))
  }

  @Test func onALocalSocketNobodyCanGiveHimselfAName() throws {
    let folder = try PrivateFolder()
    let context = try MessageContext()
    let router = try MessageSocket(.router, context: context)
    try router.bind("ipc://\(folder.url.path)/s")
    let liar = try #require(RawConnection(path: "\(folder.url.path)/s"))
    liar.send(RawConnection.greeting("NULL"))
    liar.send(
      RawConnection.command(
        "READY",
        RawConnection.property("Socket-Type", "DEALER") + RawConnection.property("Identity", "w")
          + RawConnection.property("User-Id", "good")))
    // The router's greeting and its own READY come before it hears messages.
    #expect(liar.receive(72).count == 72)
    liar.send([0, 1, 42])
    #expect(try router.wait(alsoFor: [], milliseconds: 10_000).hasMessages)
    let message = try #require(try router.receiveFromPeer())
    #expect(message.body == [42] && message.user == "")
    withExtendedLifetime(liar) {}
  }

  @Test func aPeerThatFallsSilentIsDisconnected() throws {
    var limits = Self.quick
    limits.heartbeatMilliseconds = 100
    limits.heartbeatTimeoutMilliseconds = 500
    let listener = try ListenerFixture(limits: limits)
    let relay = try Relay(to: listener.port)
    let keys = try WorkerKeys(folder: listener.keys.workerFolder(WorkerName("good")))
    let dealer = try MessageSocket(
      .dealer(identity: "w"), context: listener.context, limits: ListenerFixture.shortTimeouts,
      security: keys.security)
    try dealer.connect("tcp://127.0.0.1:\(relay.port)")
    #expect(try listener.carries("first", from: dealer))
    relay.isHeld.store(true, ordering: .relaxed)
    #expect(listener.counted(.disconnected))
  }
}
