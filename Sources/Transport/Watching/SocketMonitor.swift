import CZeroMQ
import Foundation
import ProcessResources
import Synchronization

/// Receives ZeroMQ's events about a socket's connections, on its own thread, which ends with the socket.
enum SocketMonitor {
  private static let number = Atomic<Int>(0)
  /// With more unread events ZeroMQ blocks, which slows down the flood that causes them.
  private static let maximumUnread: Int32 = 100_000

  /// - Throws: ``ZeroMQError`` if libzmq has no sockets left.
  static func attach(
    to socket: UnsafeMutableRawPointer, isServer: Bool, context: MessageContext, watch: ConnectionWatch
  ) throws(ZeroMQError) {
    let address = "inproc://monitor-\(number.add(1, ordering: .relaxed).newValue)"
    let events =
      ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
      | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
      | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_MONITOR_STOPPED
    guard zmq_socket_monitor(socket, address, events) == 0 else { throw ZeroMQError("watching a socket") }
    let reader = try InprocSocket(ZMQ_PAIR, context: context)
    var maximum = maximumUnread
    zmq_setsockopt(reader.handle, ZMQ_RCVHWM, &maximum, 4)
    guard zmq_connect(reader.handle, address) == 0 else { throw ZeroMQError("watching a socket") }
    let listener = Listener(reader, isServer: isServer, watch)
    do {
      try OwnThread.start("monitor") { listener.run() }
    } catch {
      throw ZeroMQError("starting the thread that watches a socket", code: EAGAIN)
    }
  }

  /// Owned by its thread once that runs.
  private final class Listener: @unchecked Sendable {
    private var socket: InprocSocket?
    private let watch: ConnectionWatch
    private let isServer: Bool
    private var connections = OpenConnections()

    init(_ socket: InprocSocket, isServer: Bool, _ watch: ConnectionWatch) {
      self.isServer = isServer
      self.socket = socket
      self.watch = watch
    }

    func run() {
      while let socket {
        var item = zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        if zmq_poll(&item, 1, -1) < 0 && zmq_errno() != EINTR { break }
        var isOver = false
        while !isOver, let frames = socket.receive() { isOver = !note(frames) }
        if isOver { break }
      }
      socket = nil
    }

    /// - Returns: whether more events will follow.
    private func note(_ frames: [[UInt8]]) -> Bool {
      guard let first = frames.first, first.count == 6 else { return true }
      let (event, value) = first.withUnsafeBytes {
        (Int32($0.loadUnaligned(as: UInt16.self)), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self))
      }
      switch event {
      case ZMQ_EVENT_ACCEPTED, ZMQ_EVENT_CONNECTED:
        let peer = PeerAddress.text(value)
        connections.began(descriptor: value, peer: peer)
        watch.note(.accepted, peer: peer)
      case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: connections.succeeded()
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        connections.failed(
          .protocolFailure, detail: isServer ? HandshakeFailure.text(value) : HandshakeFailure.ofServer)
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        connections.failed(
          .unfinishedHandshake, detail: isServer ? String(cString: zmq_strerror(value)) : HandshakeFailure.ofServer)
      case ZMQ_EVENT_DISCONNECTED:
        let (peer, failures) = connections.ended(descriptor: value)
        for (failure, detail) in failures { watch.note(failure, peer: peer, detail: detail) }
        watch.note(.disconnected, peer: peer)
      // The authenticator reports its own rejections, with more details.
      case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH where !isServer || value != 400:
        watch.note(.unlistedKey, detail: isServer ? "status \(value)" : HandshakeFailure.ofKey)
      case ZMQ_EVENT_MONITOR_STOPPED: return false
      default: break
      }
      return true
    }
  }
}
