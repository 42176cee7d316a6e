import CZeroMQ
import Foundation
import Synchronization

/// A ZeroMQ context: the I/O thread of all sockets in a process. May be shared between threads; sockets may
/// not.
public final class MessageContext: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
  /// A process has a handful of sockets; more would indicate a leak.
  static let maximumSockets: Int32 = 64
  private let isEnded = Atomic(false)

  /// - Throws: ``ZeroMQError`` if libzmq has no memory or file descriptors left.
  public init() throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw ZeroMQError("creating a ZeroMQ context") }
    zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Self.maximumSockets)
    self.handle = handle
  }

  /// Ends the I/O thread once all messages of closed sockets are sent or their linger time has passed. Blocks.
  ///
  /// Without this call a process may exit before its last messages are sent. All sockets of the context must be
  /// closed, except those that another thread closes when the context ends.
  public func end() {
    guard !isEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
  }

  deinit {
    end()
  }
}
