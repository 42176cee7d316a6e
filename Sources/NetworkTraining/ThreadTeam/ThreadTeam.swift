import Foundation
import ProcessResources
import Synchronization

/// A thread team for training steps. A part's result must not depend on the thread that computes it, so a
/// step's result is the same for any number of threads.
final class ThreadTeam {
  /// Number of parts that a batch's patches are divided into; sums over the batch are added part by part, in
  /// order.
  static let batchParts = 8

  let count: Int
  private let synchroniser: ThreadSynchroniser
  private let threads: [TeamThread]

  /// - Parameter count: number of threads, including the caller's.
  /// - Throws: ``TrainingSetupError``, or `ResourceShortage` if the threads cannot be started.
  init(count: Int) throws {
    precondition(count > 0, "a step needs a thread")
    self.count = count
    threads = try (0..<count).map { _ in TeamThread(blas: try PrivateBLAS.take()) }
    let synchroniser = ThreadSynchroniser()
    var started = 0
    do {
      for thread in threads.dropFirst() {
        let seat = Seat(synchroniser: synchroniser, thread: thread)
        try OwnThread.start("training", stackBytes: 4 << 20) { seat.synchroniser.serve(seat.thread) }
        started += 1
      }
    } catch {
      synchroniser.dismiss(threads: started)
      PrivateBLAS.giveBack(threads.map(\.blas))
      throw error
    }
    self.synchroniser = synchroniser
  }

  deinit {
    synchroniser.dismiss(threads: count - 1)
    PrivateBLAS.giveBack(threads.map(\.blas))
  }

  /// Calls `body` once for each of `parts`, on any thread, and returns when all calls have ended.
  func run(parts: Int, _ body: (_ part: Int, _ thread: TeamThread) -> Void) {
    guard parts > 1, count > 1 else {
      for part in 0..<parts { body(part, threads[0]) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { synchroniser.compute(parts: parts, threads: count - 1, caller: threads[0], $0) }
    }
  }

  /// Calls `body` with ranges of a batch's patches that do not depend on the number of threads.
  func runPatches(_ count: Int, _ body: (_ patches: Range<Int>, _ part: Int, _ thread: TeamThread) -> Void) {
    run(parts: min(count, Self.batchParts)) { part, thread in body(Self.patches(count, part: part), part, thread) }
  }

  static func patches(_ count: Int, part: Int) -> Range<Int> {
    let parts = min(count, batchParts)
    return (part * count / parts)..<((part + 1) * count / parts)
  }

  private struct Seat: @unchecked Sendable {
    let synchroniser: ThreadSynchroniser
    /// Used by no other thread while this one runs.
    let thread: TeamThread
  }
}

/// Synchronises the team's threads.
private final class ThreadSynchroniser: @unchecked Sendable {
  /// A pointer, so that a thread that has finished retains nothing of it.
  typealias Work = UnsafePointer<(_ part: Int, _ thread: TeamThread) -> Void>

  private let signal = NSCondition()
  private let next = Atomic(0)
  // All guarded by `signal`.
  private var work: Work?
  private var parts = 0
  private var round = 0
  private var busy = 0
  private var ended = 0
  private var isOver = false

  func compute(parts: Int, threads: Int, caller: TeamThread, _ body: Work) {
    signal.withLock {
      (work, self.parts, busy) = (body, parts, threads)
      next.store(0, ordering: .relaxed)
      round += 1
      signal.broadcast()
    }
    computeParts(parts, caller, body)
    signal.withLock {
      while busy > 0 { signal.wait() }
      work = nil
    }
  }

  func serve(_ thread: TeamThread) {
    var seen = 0
    while true {
      signal.lock()
      while round == seen && !isOver { signal.wait() }
      guard !isOver, let work else {
        ended += 1
        signal.broadcast()
        signal.unlock()
        return
      }
      seen = round
      let parts = parts
      signal.unlock()
      computeParts(parts, thread, work)
      signal.withLock {
        busy -= 1
        if busy == 0 { signal.broadcast() }
      }
    }
  }

  func dismiss(threads: Int) {
    signal.withLock {
      isOver = true
      signal.broadcast()
      while ended < threads { signal.wait() }
    }
  }

  private func computeParts(_ parts: Int, _ thread: TeamThread, _ work: Work) {
    while true {
      let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      work.pointee(part, thread)
    }
  }
}
