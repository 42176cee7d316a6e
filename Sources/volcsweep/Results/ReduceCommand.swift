import ArgumentParser
import Foundation
import Ingestion
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

  @Option(
    help: ArgumentHelp(
      """
      Fraction of interferograms that deform, such as 1:100 or 0.01: the lists get the probability under it, and the \
      expected fraction of true candidates is printed.
      """, valueName: "fraction"))
  var prior: String?

  @Option(
    help: ArgumentHelp(
      "Volcano catalogue, as for ingest: lists name the nearest of its volcanoes (default: of the archive's).",
      valueName: "file"))
  var catalogue: String?

  @Option(help: "Maximum number of volcanoes to print.")
  var top = 20

  func validate() throws {
    if let threshold, !CandidateThreshold.range.contains(threshold) {
      throw ValidationError("--threshold is \(threshold), but must be between 0 and 1")
    }
    if let prior, DeformationPrior(prior) == nil {
      throw ValidationError(
        "--prior is \(prior), but must be a fraction between 0 and 1, such as 1:100 or 0.01")
    }
    guard top >= 0 else {
      throw ValidationError("--top is \(top), but must not be negative")
    }
  }

  func run() async throws {
    let (folder, threshold, top, catalogue) = (RunFolder(run), threshold, top, catalogue)
    let prior = prior.flatMap { DeformationPrior($0) }
    do {
      try await onOwnThread("reduce") {
        let places = try catalogue.map { try Self.places(inCatalogue: $0) }
        try ResultsReport.writeAndPrint(
          folder.ledger(), run: folder.url, threshold: threshold, top: top, prior: prior, catalogue: places)
      }
    } catch {
      throw ExitStatus.after(error, in: "reduce")
    }
  }

  private static func places(inCatalogue path: String) throws -> [VolcanoPlace] {
    let catalogue = try VolcanoCatalogue(contentsOf: path)
    for line in catalogue.rejectedLines { Terminal.say("\(path): \(line)", .warning) }
    return catalogue.entries.map { entry in
      VolcanoPlace(
        volcano: entry.key, latitudeDegrees: entry.volcano.latitudeDegrees,
        longitudeDegrees: entry.volcano.longitudeDegrees)
    }
  }
}
