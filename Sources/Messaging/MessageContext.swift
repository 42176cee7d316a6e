import CZeroMQ

/// A ZeroMQ context: the I/O thread behind all sockets of a process. May be shared between threads; sockets may not.
public final class MessageContext: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
  /// A process has a handful; more would be a leak.
  static let maximumSockets: Int32 = 64

  /// - Throws: ``ZeroMQError`` when libzmq has no memory or file descriptors left.
  public init() throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw ZeroMQError("creating a ZeroMQ context") }
    zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Self.maximumSockets)
    self.handle = handle
  }

  /// Ends the I/O thread. Every socket must be closed before.
  deinit {
    zmq_ctx_term(handle)
  }
}
