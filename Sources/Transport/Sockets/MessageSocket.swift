import CZeroMQ
import Foundation

/// A ROUTER or DEALER socket. Owned by one thread, which makes all calls.
public final class MessageSocket {
  /// The ZeroMQ socket type.
  public enum Kind: Sendable {
    /// The coordinator's end: addresses its peers by identity.
    case router
    /// A worker's end, with the identity under which the router addresses it.
    case dealer(identity: String)
  }

  /// Result of sending a message.
  public enum SendOutcome: Sendable {
    /// The message is queued.
    case sent
    /// The peer is not connected (any more): ordinary, as workers may leave at any moment.
    case unreachable
    /// The peer's queue is full.
    case full
  }

  let handle: UnsafeMutableRawPointer
  // Keeps the context alive as long as its socket.
  private let context: MessageContext
  let security: SocketSecurity
  let watch: ConnectionWatch?

  /// - Parameters:
  ///   - kind: the socket type.
  ///   - context: the context of the process.
  ///   - limits: limits for messages and connections.
  ///   - security: protection of the socket, which determines where it may listen or connect.
  ///   - watch: receives events of connections, and dropped messages.
  /// - Throws: ``ZeroMQError`` if libzmq has no sockets left.
  public init(
    _ kind: Kind, context: MessageContext, limits: SocketLimits = SocketLimits(),
    security: SocketSecurity = .filePermissions, watch: ConnectionWatch? = nil
  ) throws(ZeroMQError) {
    if case .server(_, let authenticator) = security {
      precondition(authenticator.context === context, "an authenticator guards the sockets of its own context")
    }
    let type =
      switch kind {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      }
    guard let handle = zmq_socket(context.handle, type) else { throw ZeroMQError("creating a ZeroMQ socket") }
    self.handle = handle
    self.context = context
    self.security = security
    self.watch = watch
    try apply(limits)
    try apply(security)
    switch kind {
    case .router:
      try set(ZMQ_ROUTER_MANDATORY, to: Int32(1))
      // A worker that reconnects under its identity replaces its dead connection.
      try set(ZMQ_ROUTER_HANDOVER, to: Int32(1))
    case .dealer(let identity):
      try set(ZMQ_ROUTING_ID, toBytes: Array(identity.utf8))
      try set(ZMQ_RECONNECT_IVL, to: Int32(100))
      try set(ZMQ_RECONNECT_IVL_MAX, to: Int32(2000))
    }
    if let watch {
      let isServer = if case .router = kind { true } else { false }
      try SocketMonitor.attach(to: handle, isServer: isServer, context: context, watch: watch)
    }
  }

  deinit {
    zmq_close(handle)
  }

  /// Listens on `ipc://PATH`, or with keys on `tcp://HOST:PORT`.
  ///
  /// - Returns: the endpoint, with the port that was chosen if it was 0.
  /// - Throws: ``EndpointError`` for an address that the socket's security does not allow, ``ZeroMQError`` if
  ///   it is in use or not of this machine.
  @discardableResult
  public func bind(_ address: String) throws -> Endpoint {
    let endpoint = try admitted(address)
    let place =
      if case .tcp(let host, let port) = endpoint { Endpoint.tcp(host: HostName.address(host), port: port) } else {
        endpoint
      }
    guard zmq_bind(handle, "\(place)") == 0 else { throw ZeroMQError("listening at \(endpoint)") }
    guard case .tcp(let host, 0) = endpoint else { return endpoint }
    var text = [CChar](repeating: 0, count: 512)
    var count = text.count
    guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &count) == 0,
      case .tcp(_, let port) = try Endpoint(Z85.string(text))
    else { throw ZeroMQError("asking for the port of \(endpoint)") }
    return .tcp(host: host, port: port)
  }

  /// Connects to `ipc://PATH`, or with keys to `tcp://HOST:PORT`, now or as soon as the other end listens.
  ///
  /// - Throws: ``EndpointError`` for an address that the socket's security does not allow, ``ZeroMQError`` for
  ///   one that libzmq rejects.
  public func connect(_ address: String) throws {
    let endpoint = try admitted(address)
    guard zmq_connect(handle, "\(endpoint)") == 0 else { throw ZeroMQError("connecting to \(endpoint)") }
  }

  private func admitted(_ address: String) throws -> Endpoint {
    let endpoint = try Endpoint(address)
    try security.check(endpoint)
    if endpoint.isIPv6 { try set(ZMQ_IPV6, to: Int32(1)) }
    return endpoint
  }

  /// Sends one message through a dealer.
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

  func set<Value: BitwiseCopyable>(_ option: Int32, to value: Value) throws(ZeroMQError) {
    let status = withUnsafeBytes(of: value) { zmq_setsockopt(handle, option, $0.baseAddress, $0.count) }
    guard status == 0 else { throw ZeroMQError("setting socket option \(option)") }
  }

  func set(_ option: Int32, toBytes bytes: [UInt8]) throws(ZeroMQError) {
    guard zmq_setsockopt(handle, option, bytes, bytes.count) == 0 else {
      throw ZeroMQError("setting socket option \(option)")
    }
  }
}
