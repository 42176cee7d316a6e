import Foundation
import LargeSimulation
import VirtualTime

/// `simulate-large [SEED]`: the scheduler with 10,000 workers and 1,000,000 units.
@main struct SimulateLarge {
  static func main() {
    var settings = LargeSettings()
    settings.seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
    let begun = ContinuousClock.now
    var world = LargeWorld(settings)
    let report = world.run()
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    print(
      """
      \(settings.workers) workers, \(settings.units) units of \(settings.interferogramsPerUnit), seed \(settings.seed)
      \(report.recorded) recorded, \(report.quarantined) quarantined, \(report.splits) splits, \
      \(report.leases) leases, \(report.mostAttempts) attempts of one unit at most
      \(report.events) events in \(decimal(seconds)) s, \(Int(Double(report.events) / seconds)) a second; \
      \(Int(report.virtualSeconds)) virtual seconds
      checked at each step, in full \(report.fullChecks) times
      peak memory \(peakMemoryBytes() >> 20) MiB
      faults:
      """)
    for (kind, count) in report.faults { print("  \(kind): \(count)") }
    guard report.violations.isEmpty else {
      print("violations:")
      for violation in report.violations.prefix(20) { print("  \(violation)") }
      exit(1)
    }
  }

  private static func decimal(_ value: Double) -> String { String(format: "%.1f", value) }
}
