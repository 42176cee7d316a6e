import ArgumentParser
import Foundation
import Interferometry
import Ledger

/// `volcsweep reduce`: writes maps and lists from a run's ledger, without recomputing anything.
struct ReduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Writes the maps and ranked lists of a run from its ledger.",
    discussion: """
      A sweep ends with this by itself. By hand it serves for another threshold, for results that were lost, or for a \
      look at a sweep that is still under way. Equal ledgers give equal bytes.
      """)

  @Argument(help: "The run folder.")
  var run: String

  @Option(
    help: "An interferogram whose highest probability is above this is a candidate; the job's own by default.")
  var threshold: Double?

  @Option(help: "How many volcanoes to print.")
  var top = 20

  func validate() throws {
    if let threshold, !CandidateThreshold.range.contains(threshold) {
      throw ValidationError("the threshold is \(threshold), but must be from 0 to 1")
    }
    guard top >= 0 else {
      throw ValidationError("the number of volcanoes to print is \(top), but cannot be negative")
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
