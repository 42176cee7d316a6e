import ArgumentParser
import Files
import Foundation
import Interferometry
import Reduction

/// `volcsweep compare`: compares two sweeps over the same interferograms.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares the candidates of two runs, such as before and after a new model.",
    discussion: """
      Says which candidates appeared, vanished and moved in rank, how far the runs agree on who is a candidate, and \
      Spearman's rank correlation of the highest probabilities: for each volcano and for all. Interferograms go by \
      volcano, frame and dates; those that only one run has scored are counted and left out. A run that is still \
      under way is compared as far as it is.

      RUN@1 is what the run was before it was first rescored, RUN@2 before it was rescored again, and so on.
      """)

  @Argument(help: ArgumentHelp("The older run's folder.", valueName: "run-a"))
  var first: String

  @Argument(help: ArgumentHelp("The newer run's folder.", valueName: "run-b"))
  var second: String

  @Option(help: "An interferogram above this probability is a candidate; each run's own by default.")
  var threshold: Double?

  @Option(help: "How many volcanoes and how many candidates to print.")
  var top = 20

  @Option(
    help: ArgumentHelp("Write volcanoes.csv and candidates.csv of the comparison there.", valueName: "folder"))
  var csv: String?

  @Option(help: ArgumentHelp("Write the comparison as a page there.", valueName: "file.html"))
  var page: String?

  func validate() throws {
    if let threshold, !CandidateThreshold.range.contains(threshold) {
      throw ValidationError("the threshold is \(threshold), but must be from 0 to 1")
    }
    guard top >= 0 else {
      throw ValidationError("the number of volcanoes to print is \(top), but cannot be negative")
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
        "\nleft out: \(total.onlyFirst) that only \(first) has scored, \(total.onlySecond) that only \(second) has")
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
