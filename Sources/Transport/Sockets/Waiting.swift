import CZeroMQ
import Foundation

/// What ended a wait.
public struct Wakeup: Sendable {
  /// Whether a message is waiting at one of the sockets.
  public let hasMessages: Bool
  /// Which file descriptors are readable, in the order given.
  public let readable: [Bool]

  public init(hasMessages: Bool, readable: [Bool]) {
    self.hasMessages = hasMessages
    self.readable = readable
  }
}

extension MessageSocket {
  /// Blocks until a message arrives, a descriptor is readable, or the timeout has passed.
  ///
  /// - Throws: ``ZeroMQError`` for an invalid descriptor.
  public func wait(alsoFor descriptors: [Int32], milliseconds: Int) throws(ZeroMQError) -> Wakeup {
    try Self.wait(for: [self], alsoFor: descriptors, milliseconds: milliseconds)
  }

  /// Blocks until a message arrives at one of the sockets, a descriptor is readable, or the timeout has passed.
  ///
  /// - Throws: ``ZeroMQError`` for an invalid descriptor.
  public static func wait(for sockets: [MessageSocket], alsoFor descriptors: [Int32], milliseconds: Int)
    throws(ZeroMQError) -> Wakeup
  {
    var items = sockets.map { zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0) }
    for descriptor in descriptors {
      items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    }
    let count = zmq_poll(&items, Int32(items.count), milliseconds)
    if count < 0 {
      guard zmq_errno() == EINTR else { throw ZeroMQError("waiting for messages") }
      return Wakeup(hasMessages: false, readable: descriptors.map { _ in false })
    }
    return Wakeup(
      hasMessages: items[..<sockets.count].contains { $0.revents != 0 },
      readable: items[sockets.count...].map { $0.revents != 0 })
  }
}
