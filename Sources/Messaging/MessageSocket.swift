import CZeroMQ
import Foundation

/// Numbers that bound what a socket takes from its peers.
public struct SocketLimits: Sendable {
  /// A larger message closes its connection.
  public var maximumMessageBytes = 16 << 20
  /// Messages queued to or from one peer.
  public var highWaterMark = 100_000
  /// How long a closing socket tries to deliver what it holds.
  public var lingerMilliseconds = 1000

  public init() {}
}

/// A ROUTER or DEALER socket. Owned by one thread: none of its calls may come from another.
public final class MessageSocket {
  public enum Kind: Sendable {
    /// The coordinator's end: knows its peers by their identity.
    case router
    /// A worker's end, under an identity that the router will know it by.
    case dealer(identity: String)
  }

  public enum SendOutcome: Sendable {
    case sent
    /// No such peer is connected (any more): ordinary, a worker may go at any moment.
    case unreachable
    /// The peer's queue is full.
    case full
  }

  let handle: UnsafeMutableRawPointer
  // Keeps the context alive for as long as its socket.
  private let context: MessageContext

  public init(_ kind: Kind, context: MessageContext, limits: SocketLimits = SocketLimits()) throws(ZeroMQError) {
    let type =
      switch kind {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      }
    guard let handle = zmq_socket(context.handle, type) else { throw ZeroMQError("creating a ZeroMQ socket") }
    self.handle = handle
    self.context = context
    try set(ZMQ_MAXMSGSIZE, to: Int64(limits.maximumMessageBytes))
    try set(ZMQ_SNDHWM, to: Int32(limits.highWaterMark))
    try set(ZMQ_RCVHWM, to: Int32(limits.highWaterMark))
    try set(ZMQ_LINGER, to: Int32(limits.lingerMilliseconds))
    switch kind {
    case .router:
      try set(ZMQ_ROUTER_MANDATORY, to: Int32(1))
      // A worker that reconnects under its identity replaces its dead connection.
      try set(ZMQ_ROUTER_HANDOVER, to: Int32(1))
    case .dealer(let identity):
      let bytes = Array(identity.utf8)
      guard zmq_setsockopt(handle, ZMQ_ROUTING_ID, bytes, bytes.count) == 0 else {
        throw ZeroMQError("setting a socket's identity")
      }
      try set(ZMQ_RECONNECT_IVL, to: Int32(100))
      try set(ZMQ_RECONNECT_IVL_MAX, to: Int32(2000))
    }
  }

  deinit {
    zmq_close(handle)
  }

  /// Listens at an `ipc://` path.
  ///
  /// - Throws: ``ZeroMQError`` when the address is taken or not allowed.
  public func bind(_ address: String) throws(ZeroMQError) {
    guard zmq_bind(handle, address) == 0 else { throw ZeroMQError("listening at \(address)") }
  }

  /// Connects, now or as soon as the other end listens.
  public func connect(_ address: String) throws(ZeroMQError) {
    guard zmq_connect(handle, address) == 0 else { throw ZeroMQError("connecting to \(address)") }
  }

  /// Sends one message to the peer behind a dealer.
  public func send(_ message: [UInt8]) throws(ZeroMQError) -> SendOutcome {
    try send(message, flags: ZMQ_DONTWAIT)
  }

  /// Sends one message through a router to the peer with this identity.
  public func send(_ message: [UInt8], to peer: [UInt8]) throws(ZeroMQError) -> SendOutcome {
    switch try send(peer, flags: ZMQ_DONTWAIT | ZMQ_SNDMORE) {
    case .sent: return try send(message, flags: ZMQ_DONTWAIT)
    case let other: return other
    }
  }

  /// The next message that has arrived, as its frames; `nil` when none has.
  public func receive() throws(ZeroMQError) -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    repeat {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      guard zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 else {
        if frames.isEmpty && [EAGAIN, EINTR].contains(zmq_errno()) { return nil }
        throw ZeroMQError("receiving a message")
      }
      frames.append(
        Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
      if zmq_msg_more(&message) == 0 { return frames }
    } while true
  }

  private func send(_ bytes: [UInt8], flags: Int32) throws(ZeroMQError) -> SendOutcome {
    while true {
      if zmq_send(handle, bytes, bytes.count, flags) >= 0 { return .sent }
      switch zmq_errno() {
      case EINTR: continue
      case EHOSTUNREACH: return .unreachable
      case EAGAIN: return .full
      default: throw ZeroMQError("sending a message")
      }
    }
  }

  private func set<Value: BitwiseCopyable>(_ option: Int32, to value: Value) throws(ZeroMQError) {
    let status = withUnsafeBytes(of: value) { zmq_setsockopt(handle, option, $0.baseAddress, $0.count) }
    guard status == 0 else { throw ZeroMQError("setting socket option \(option)") }
  }
}
