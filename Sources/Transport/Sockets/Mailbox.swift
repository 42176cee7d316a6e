import CZeroMQ
import Foundation
import Synchronization

/// A queue into a thread that waits at a socket: any thread posts, which wakes the owner, and the owner takes
/// all items.
public final class Mailbox<Item: Sendable>: Sendable {
  /// Readable when items were posted; for ``MessageSocket/wait(alsoFor:milliseconds:)``.
  public let descriptor: Int32
  private let items = Mutex<[Item]>([])

  /// - Throws: ``ZeroMQError`` if the process has no file descriptors left.
  public init() throws(ZeroMQError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw ZeroMQError("creating an event descriptor") }
  }

  deinit {
    close(descriptor)
  }

  /// Appends an item and wakes the owner. May be called from any thread.
  public func post(_ item: Item) {
    let isFirst = items.withLock { items in
      items.append(item)
      return items.count == 1
    }
    // The owner was woken when the first waiting item was posted.
    guard isFirst else { return }
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  /// All items posted since the last call, in order.
  public func takeAll() -> [Item] {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
    return items.withLock { items in
      var taken: [Item] = []
      swap(&taken, &items)
      return taken
    }
  }
}
