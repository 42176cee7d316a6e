import ArgumentParser
import Files
import Foundation
import Interferometry
import Reduction

/// `volcsweep compare`: compares two sweeps over the same interferograms.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares the candidates of two runs.",
    discussion: """
      Lists candidates that appeared, vanished or moved in rank. For each volcano and for all, prints the percentage \
      of interferograms on which the runs agree and Spearman's rank correlation of the maximum probabilities. \
      Interferograms are matched by volcano, frame and dates; those that only one run has scored are counted and \
      excluded. A run that is not complete is compared as far as it has got.

      RUN@1 means the run before its first rescoring, RUN@2 before its second, and so on.
      """)

  @Argument(help: ArgumentHelp("Folder of the older run.", valueName: "run-a"))
  var first: String

  @Argument(help: ArgumentHelp("Folder of the newer run.", valueName: "run-b"))
  var second: String

  @Option(help: "Probability above which an interferogram is a candidate (default: each run's own threshold).")
  var threshold: Double?

  @Option(help: "Maximum number of volcanoes and of candidates to print.")
  var top = 20

  @Option(
    help: ArgumentHelp(
      "Write volcanoes.csv and candidates.csv of the comparison to this folder.", valueName: "folder"))
  var csv: String?

  @Option(help: ArgumentHelp("Write the comparison as an HTML page to this file.", valueName: "file.html"))
  var page: String?

  func validate() throws {
    if let threshold, !CandidateThreshold.range.contains(threshold) {
      throw ValidationError("--threshold is \(threshold), but must be between 0 and 1")
    }
    guard top >= 0 else {
      throw ValidationError("--top is \(top), but must not be negative")
    }
  }

  func run() async throws {
    let command = self
    do {
      try await onOwnThread("compare") { try command.compare() }
    } catch {
      throw ExitStatus.after(error, in: "compare")
    }
  }

  private func compare() throws {
    let (older, newer) = (try ComparedRun(first), try ComparedRun(second))
    print("\(older.words)\n\(newer.words)")
    let comparison = SweepComparison(
      older.scores, newer.scores, thresholds: (threshold ?? older.threshold, threshold ?? newer.threshold))
    print("\n\(comparison.volcanoColumns(top: top))")
    if !comparison.candidates.isEmpty { print("\n\(comparison.candidateColumns(top: top))") }
    let unprinted = comparison.candidates.count - min(top, comparison.candidates.count)
    if unprinted > 0 { print("and \(unprinted) more") }
    let total = comparison.total
    if total.onlyFirst + total.onlySecond > 0 {
      print(
        "\nexcluded: \(total.onlyFirst) scored only by \(first), \(total.onlySecond) scored only by \(second)")
    }
    if let page {
      let document = ComparisonPage(
        first: older.name, second: newer.name, remarks: [older.words, newer.words], comparison: comparison)
      try AtomicFile.replace(page, with: Data(document.html.utf8))
    }
    guard let csv else { return }
    let folder = URL(fileURLWithPath: csv, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try AtomicFile.replace(folder.appending(path: "volcanoes.csv").path, with: Data(comparison.volcanoTable.utf8))
    try AtomicFile.replace(
      folder.appending(path: "candidates.csv").path, with: Data(comparison.candidateTable.utf8))
  }
}
