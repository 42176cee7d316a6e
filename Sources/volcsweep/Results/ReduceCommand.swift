import ArgumentParser
import Foundation
import Interferometry
import Ledger

/// `volcsweep reduce`: writes maps and lists from a run's ledger, without recomputing anything.
struct ReduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Writes a run's maps and ranked lists from its ledger.",
    discussion: """
      A sweep does this when it completes. Use this command for another threshold, to restore lost results, or to see \
      intermediate results of a running sweep. Equal ledgers give byte-identical results.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Option(
    help: "Probability above which an interferogram is a candidate (default: the job's threshold).")
  var threshold: Double?

  @Option(help: "Maximum number of volcanoes to print.")
  var top = 20

  func validate() throws {
    if let threshold, !CandidateThreshold.range.contains(threshold) {
      throw ValidationError("--threshold is \(threshold), but must be between 0 and 1")
    }
    guard top >= 0 else {
      throw ValidationError("--top is \(top), but must not be negative")
    }
  }

  func run() async throws {
    let (folder, threshold, top) = (RunFolder(run), threshold, top)
    do {
      try await onOwnThread("reduce") {
        try ResultsReport.writeAndPrint(folder.ledger(), run: folder.url, threshold: threshold, top: top)
      }
    } catch {
      throw ExitStatus.after(error, in: "reduce")
    }
  }
}
