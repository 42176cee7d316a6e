import CZeroMQ
import Foundation
import Synchronization

/// A ZeroMQ context: the I/O thread behind all sockets of a process. May be shared between threads; sockets may not.
public final class MessageContext: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
  /// A process has a handful; more would be a leak.
  static let maximumSockets: Int32 = 64
  private let isEnded = Atomic(false)

  /// - Throws: ``ZeroMQError`` when libzmq has no memory or file descriptors left.
  public init() throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw ZeroMQError("creating a ZeroMQ context") }
    zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Self.maximumSockets)
    self.handle = handle
  }

  /// Ends the I/O thread, once all that closed sockets were given to send is sent or their linger has passed. Blocks.
  ///
  /// A process that exits without it may be gone before its last words are. The context's sockets must have been closed,
  /// but for those that another thread closes when it is told of the end.
  public func end() {
    guard !isEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
  }

  deinit {
    end()
  }
}
