import ArgumentParser
import FileReasons
import Files
import Foundation
import Interferometry
import Reduction

/// `volcsweep rank`: ranks the volcanoes of a file of scores.
struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Ranks the volcanoes in a file of published scores.",
    discussion: """
      Each line of the file is <volcano>_<primary>_<secondary>.geo.diff_pha <maximum probability>. Volcanoes are \
      ranked by the number of interferograms above the threshold, then by maximum probability, then by name. \
      Repeated names belong to different frames; all of them count.

      Exit status: 0 success; 1 failure; 3 some lines were rejected and are listed on standard error.
      """)

  @Option(help: ArgumentHelp("File of scores, plain text or gzip.", valueName: "file"))
  var scores: String

  @Option(help: "Probability above which an interferogram is a candidate.")
  var threshold = CandidateThreshold.standard

  @Option(help: "Maximum number of volcanoes to print.")
  var top = 20

  @Option(help: ArgumentHelp("Write the complete ranking to this CSV file.", valueName: "file"))
  var csv: String?

  func validate() throws {
    guard CandidateThreshold.range.contains(threshold) else {
      throw ValidationError("--threshold is \(threshold), but must be between 0 and 1")
    }
    guard top >= 0 else {
      throw ValidationError("--top is \(top), but must not be negative")
    }
  }

  func run() throws {
    let published: PublishedScores
    let ranking: VolcanoRanking
    do {
      published = try PublishedScores(path: scores)
      ranking = VolcanoRanking(of: published.scores, threshold: threshold)
    } catch {
      if FileAccess.problem(finding: scores) == FileAccess.notThere {
        let question = FileAccess.suggestion(for: scores)
        Terminal.say("volcsweep rank: \(scores): \(FileAccess.notThere)\(question)", .error)
        throw ExitStatus.failed
      }
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
