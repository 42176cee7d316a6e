import ArgumentParser
import Files
import Foundation
import Interferometry
import Reduction

/// `volcsweep rank`: ranks the volcanoes of a file of scores.
struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Ranks the volcanoes of a file of scores.",
    discussion: """
      A line of the file is <volcano>_<primary>_<secondary>.geo.diff_pha <highest probability>. Volcanoes come in
      the order of how many of their interferograms are above the threshold, then highest probability, then name.
      Names that come several times are other frames' and all count. Exit status 3: lines were rejected, and are
      named on standard error.
      """)

  @Option(help: ArgumentHelp("The scores, plain text or gzip.", valueName: "file"))
  var scores: String

  @Option(help: "An interferogram above this probability is a candidate.")
  var threshold = CandidateThreshold.standard

  @Option(help: "How many volcanoes to print.")
  var top = 20

  @Option(help: ArgumentHelp("Write the whole ranking as comma-separated values.", valueName: "file"))
  var csv: String?

  func validate() throws {
    guard CandidateThreshold.range.contains(threshold) else {
      throw ValidationError("the threshold is \(threshold), but must be from 0 to 1")
    }
    guard top >= 0 else {
      throw ValidationError("the number of volcanoes to print is \(top), but cannot be negative")
    }
  }

  func run() throws {
    let published: PublishedScores
    let ranking: VolcanoRanking
    do {
      published = try PublishedScores(path: scores)
      ranking = VolcanoRanking(of: published.scores, threshold: threshold)
    } catch {
      throw ExitStatus.after(error, in: "rank")
    }
    if let csv {
      do {
        try AtomicFile.replace(csv, with: Data(ranking.commaSeparated.utf8))
      } catch {
        Terminal.say("volcsweep rank: \(error)", .error)
        throw ExitStatus.failed
      }
    }
    let lines = published.rejectedCount == 1 ? "line" : "lines"
    print(ranking.columns(top: top))
    print(
      """

      \(ranking.scored) scores, \(published.rejectedCount) \(lines) rejected, \(published.repeatedKeys) repeated keys; \
      \(ranking.aboveThreshold) above \(threshold) at \(ranking.volcanoesAboveThreshold) of \
      \(ranking.volcanoes.count) volcanoes
      """)
    guard published.rejectedCount > 0 else { return }
    for line in published.rejectedLines { Terminal.say("\(scores): \(line)") }
    let unnamed = published.rejectedCount - published.rejectedLines.count
    if unnamed > 0 { Terminal.say("\(scores): and \(unnamed) more rejected lines") }
    throw ExitStatus.doneWithRejects
  }

}
