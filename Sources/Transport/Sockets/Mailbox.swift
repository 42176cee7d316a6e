import CZeroMQ
import Foundation
import Synchronization

/// A way into a thread that waits at a socket: any thread posts, the owner's wait ends, the owner takes all.
public final class Mailbox<Item: Sendable>: Sendable {
  /// Becomes readable when something is posted; for ``MessageSocket/wait(alsoFor:milliseconds:)``.
  public let descriptor: Int32
  private let items = Mutex<[Item]>([])

  /// - Throws: ``ZeroMQError`` when the process has no file descriptors left.
  public init() throws(ZeroMQError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw ZeroMQError("creating an event descriptor") }
  }

  deinit {
    close(descriptor)
  }

  public func post(_ item: Item) {
    let isFirst = items.withLock { items in
      items.append(item)
      return items.count == 1
    }
    // Whoever posted the first of those that wait has told the owner already.
    guard isFirst else { return }
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  /// Everything posted since the last call, in order.
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
