import Foundation
import Ledger
import Testing

extension Chaos {
  /// A kill at every place where the ledger is written, one after the other, in one sweep.
  @Test(.named("fail-points")) func aKillAtEveryPlaceThatWritesTheLedgerLosesNothing() throws {
    let chaos = try ChaosCase("fail-points")
    // Small units are many transactions, so that the log of them grows long enough to be put into the file.
    let arguments = ["sweep", try chaos.bench.job("unit-size: 1"), "--workers", "\(ChaosSettings.workers)"]
    let planned = chaos.baseline.results.interferograms.count
    var missed: [String] = []
    // In the order of a sweep's life, but for what only a long log brings about.
    let isLate = { (point: FailPoint) in point.rawValue.hasPrefix("checkpoint") }
    for point in FailPoint.allCases.filter({ !isLate($0) }) + FailPoint.allCases.filter(isLate) {
      let times = point.rawValue.hasPrefix("write") ? chaos.random.whole(1..<9) : 1
      let start = chaos.bench.ledger.counts?.done ?? 0
      let sweep = try chaos.bench.start(
        arguments,
        environment: [
          "VOLCSWEEP_FAIL_POINT": "\(point.rawValue)@\(times)",
          "VOLCSWEEP_LOG_FRAMES": isLate(point) ? "40" : "4000",
        ])
      let enough = isLate(point) ? planned - 40 : min(planned - 200, start + 30)
      try until("it dies at \(point.rawValue), or has long passed it") {
        !sweep.isRunning || (chaos.bench.ledger.counts?.done ?? 0) > enough
      }
      // Some places are reached by a sweep that is asked to end.
      sweep.send(SIGTERM)
      if try sweep.wait() == .killed(SIGKILL) {
        chaos.count("kills at places")
      } else {
        missed.append(point.rawValue)
      }
    }
    #expect(missed.isEmpty, "places that no sweep comes to: \(missed)")
    try chaos.expectUnharmed(try chaos.bench.start(arguments).wait())
  }
}
