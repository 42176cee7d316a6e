import Foundation
import Simulation
import VirtualTime

/// `simulate`: worlds by seed. SEEDS says how many, FIRST_SEED with which it begins, ONLY=4711,4712 names some instead, TRACE=1
/// tells one world's story.
@main struct Simulate {
  static func main() {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["FIRST_SEED"].flatMap { UInt64($0) } ?? 1
    let seeds = environment["SEEDS"].flatMap { Int($0) } ?? 1000
    let mutation = environment["MUTATION"].flatMap { Mutation(rawValue: $0) }
    if environment["TRACE"] == "1" {
      let report = World(seed: first, mutation: mutation, traces: true).run()
      for line in report.trace { print(line) }
      for violation in report.violations { print("VIOLATION \(violation)") }
      exit(report.violations.isEmpty ? 0 : 1)
    }
    var campaign = Campaign(firstSeed: first, seeds: seeds)
    if let only = environment["ONLY"] { campaign.only = only.split(separator: ",").compactMap { UInt64($0) } }
    campaign.mutation = mutation
    campaign.stopsAtFirstFailure = environment["STOP"] == "1"
    let tally = campaign.run()
    print(
      """
      \(tally.worlds) worlds\(campaign.only == nil ? " from seed \(first)" : "") in \(String(format: "%.1f", tally.seconds)) s, \
      \(String(format: "%.1f", tally.seconds * 1000 / Double(max(1, tally.worlds)))) ms each; \
      \(tally.events) events, \(Int(tally.virtualSeconds)) virtual seconds, \
      \(Int(tally.longestVirtualSeconds)) of one world at most
      \(tally.interferograms) interferograms, \(tally.quarantined) quarantined, \
      \(tally.mostAttempts) attempts of one unit at most; peak memory \(peakMemoryBytes() >> 20) MiB
      faults:
      """)
    for (kind, count) in tally.faults.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
    for (seed, violations) in tally.failures.prefix(20) {
      print("FAILED seed \(seed): \(violations[0])\n  make simulate SEEDS=1 FIRST_SEED=\(seed) TRACE=1")
    }
    print(tally.failures.isEmpty ? "all of it held in every world" : "\(tally.failures.count) worlds failed")
    exit(tally.failures.isEmpty ? 0 : 1)
  }
}
