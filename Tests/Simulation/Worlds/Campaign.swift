import Foundation
import Synchronization
import VirtualTime

/// Many worlds, on as many threads as there are cores.
public struct Campaign: Sendable {
  public var firstSeed: UInt64
  public var seeds: Int
  /// Worlds to run instead of ``seeds`` from ``firstSeed`` on.
  public var only: [UInt64]?
  public var threads: Int
  /// What is broken on purpose.
  package var mutation: Mutation?
  /// Ends at the first world in which something does not hold.
  public var stopsAtFirstFailure = false

  public init(firstSeed: UInt64 = 1, seeds: Int, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    self.firstSeed = firstSeed
    self.seeds = seeds
    self.threads = threads
  }

  /// What all worlds saw.
  public struct Tally: Sendable {
    public var worlds = 0
    public var events = 0
    public var virtualSeconds = 0.0
    /// Of the world that took longest.
    public var longestVirtualSeconds = 0.0
    public var seconds = 0.0
    public var interferograms = 0
    public var quarantined = 0
    public var mostAttempts = 0
    public var faults: [String: Int] = [:]
    /// Seeds of worlds in which something did not hold, with what.
    public var failures: [(seed: UInt64, violations: [String])] = []

    mutating func add(_ report: WorldReport) {
      worlds += 1
      events += report.events
      longestVirtualSeconds = max(longestVirtualSeconds, report.virtualSeconds)
      virtualSeconds += report.virtualSeconds
      interferograms += report.interferograms
      quarantined += report.quarantined
      mostAttempts = max(mostAttempts, report.mostAttempts)
      faults.merge(report.faults, uniquingKeysWith: +)
      if !report.violations.isEmpty { failures.append((report.seed, report.violations)) }
    }
  }

  /// Runs all worlds. Blocks.
  public func run() -> Tally {
    let begun = ContinuousClock.now
    let tally = Mutex(Tally())
    let next = Atomic(0)
    let group = DispatchGroup()
    for _ in 0..<max(1, threads) {
      group.enter()
      let thread = Thread {
        defer { group.leave() }
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < only?.count ?? seeds else { return }
          if stopsAtFirstFailure && tally.withLock({ !$0.failures.isEmpty }) { return }
          // Seeds made of hashes may lie at the end of the numbers.
          let seed = only?[index] ?? firstSeed &+ UInt64(index)
          let report = World(seed: seed, mutation: mutation).run()
          tally.withLock { $0.add(report) }
        }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return tally.withLock { tally in
      tally.seconds = (ContinuousClock.now - begun) / .seconds(1)
      tally.failures.sort { $0.seed < $1.seed }
      return tally
    }
  }
}
