import Foundation
import ProcessResources

/// Computes results for the numbers below a count on several threads.
///
/// After a failure no further number is started; the error reported is that of the lowest failed number.
final class VolcanoQueue<Product: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var next = 0
  private var running: Int
  private var products: [Product?]
  private var failures: [(number: Int, error: any Error)] = []

  private init(count: Int, threads: Int) {
    products = Array(repeating: nil, count: count)
    running = threads
  }

  /// Results of `make` for 0, 1, … `count` − 1, in this order, computed on `threads` threads.
  static func makeAll(
    count: Int, threads: Int, make: @escaping @Sendable (Int) throws -> Product
  ) throws -> [Product] {
    let threads = max(1, min(threads, count))
    let queue = VolcanoQueue(count: count, threads: threads)
    for number in 0..<threads {
      do {
        try OwnThread.start("volcanoes", stackBytes: 4 << 20) { queue.work(make) }
      } catch {
        // Fewer threads give the same results, only later.
        guard number > 0 else { throw error }
        queue.condition.withLock { queue.running -= threads - number }
        break
      }
    }
    return try queue.wait()
  }

  private func work(_ make: (Int) throws -> Product) {
    while let number = take() {
      do {
        let product = try make(number)
        condition.withLock { products[number] = product }
      } catch {
        condition.withLock { failures.append((number, error)) }
      }
    }
    condition.withLock {
      running -= 1
      condition.broadcast()
    }
  }

  private func take() -> Int? {
    condition.withLock {
      guard failures.isEmpty, next < products.count else { return nil }
      next += 1
      return next - 1
    }
  }

  private func wait() throws -> [Product] {
    try condition.withLock {
      while running > 0 { condition.wait() }
      if let first = failures.min(by: { $0.number < $1.number }) { throw first.error }
      return products.compactMap { $0 }
    }
  }
}
