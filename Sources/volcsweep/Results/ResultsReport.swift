import ArgumentParser
import Foundation
import Interferometry
import Ledger
import Reduction
import SweepHost

/// The end of `sweep` and `reduce`: results on disk, and the ranked list on standard output.
enum ResultsReport {
  static func writeAndPrint(
    _ ledger: Ledger, run: URL, threshold: Double?, top: Int, prior: DeformationPrior? = nil,
    catalogue: [VolcanoPlace]? = nil
  ) throws {
    let folder = run.appending(path: "results")
    try RunFolderCheck.check(run)
    let ledger = try ledger.snapshot()
    let summary = try SweepReduction(
      ledger: ledger, folder: folder, threshold: threshold, prior: prior, catalogue: catalogue
    ).write {
      Terminal.say("waiting for another process (\($0)) that is writing \(folder.path)")
    }
    print(summary.ranking.columns(top: top))
    let counts = summary.counts
    var totals =
      "\(counts.planned) interferograms: \(counts.scored) scored, \(counts.rejected) rejected, "
      + "\(counts.quarantined) quarantined"
    if counts.unreadable > 0 { totals += ", \(counts.unreadable) unreadable" }
    if counts.open > 0 { totals += ", \(counts.open) not yet done" }
    print(
      """

      \(totals); \(summary.candidates.count) above \(summary.ranking.threshold) at \
      \(summary.ranking.volcanoesAboveThreshold) of \(summary.ranking.volcanoes.count) volcanoes
      """)
    if let prior, let share = summary.expectedShare {
      print(
        "expected to deform if \(prior.fraction) of all interferograms do: \(String(format: "%.3g", share)) of the "
          + "\(summary.candidates.count) above \(summary.ranking.threshold)")
    }
    let seconds = try ledger.meanStageSeconds()
    if seconds.count > 0 {
      let mean = seconds.mean
      print(
        String(
          format:
            "mean time per interferogram in ms: read %.1f, gray %.1f, gate %.1f, network %.1f, merge %.1f; total %.1f",
          mean.read * 1000, mean.gray * 1000, mean.gate * 1000, mean.network * 1000, mean.merge * 1000,
          mean.total * 1000))
    }
    let machines = try MachineReport(ledger)
    if let kinds = machines.kinds { print(kinds) }
    for warning in machines.warnings { Terminal.say("warning: \(warning)", .warning) }
    print(
      """
      lists: \(folder.path)/volcanoes.csv, candidates.csv, candidates.geojson, areas.geojson, interferograms.csv
      maps:  \(folder.path)/maps (\(summary.mapCount) volcanoes, HDF5 and GeoTIFF)
      """)
    let misnamed = try ledger.misnamedStacks()
    for (_, reason) in misnamed { Terminal.say("excluded from all results: \(reason)", .warning) }
    if counts.unreadable > 0 {
      Terminal.say(
        "\(counts.unreadable) interferograms could not be read; run the same command again to retry them", .warning)
    }
    for damaged in summary.damaged.prefix(20) {
      Terminal.say("damaged: \(damaged.name): \(damaged.reason)", .warning)
    }
    if !summary.damaged.isEmpty {
      Terminal.say(
        "warning: \(summary.damaged.count) outcomes in the ledger are damaged and excluded; run the same sweep command "
          + "again to recompute them (volcsweep check \(run.path) lists all)", .warning)
    }
    if let first = summary.withoutMask.first {
      Terminal.say(
        "warning: the data masks of \(summary.withoutMask.count) interferograms are damaged, the first one of "
          + "\(first); in the maps these count at every pixel. Run the same sweep command again to recompute them",
        .warning)
    }
    let faults = summary.damaged.count + summary.withoutMask.count
    if counts.rejected + counts.unreadable + counts.quarantined + faults > 0 {
      Terminal.say(
        "for the reasons of rejected, unreadable and quarantined interferograms see \(folder.path)/interferograms.csv",
        .warning)
      throw ExitStatus.doneWithRejects
    }
    guard misnamed.isEmpty else { throw ExitStatus.doneWithRejects }
  }
}
