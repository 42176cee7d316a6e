import Foundation
import Interferometry
import Ledger
import Reduction

/// A run given to `compare`: its folder, or RUN@N for its Nth scoring by an earlier model.
struct ComparedRun {
  /// The argument.
  let name: String
  let scores: [InterferogramScore]
  let threshold: Double
  /// Describes its model.
  let words: String

  /// - Throws: errors of reading its ledger, or ``Installation/MissingResource`` if there is no such scoring.
  init(_ text: String) throws {
    name = text
    let (folder, scoring) = Self.parts(text)
    let opened = try RunFolder(folder).ledger()
    defer { try? opened.close() }
    let ledger = try opened.snapshot()
    let damaged = try ledger.damagedOutcomes().count { $0.earlierScoring == scoring }
    let left = damaged > 0 ? ", \(damaged) damaged and excluded" : ""
    threshold = try ledger.candidateThreshold() ?? CandidateThreshold.standard
    guard let scoring else {
      let counts = try ledger.counts()
      let open = counts.open > 0 ? ", \(counts.open) not yet done" : ""
      words = "\(text): \(Self.words(try ledger.identity())), \(counts.planned) interferograms\(open)\(left)"
      scores = try SweepReduction.scores(ledger)
      return
    }
    let earlier = try ledger.earlierScorings()
    guard let meant = earlier.first(where: { $0.number == scoring }) else {
      throw Installation.MissingResource(
        description: "\(folder) has no earlier scoring number \(scoring); "
          + (earlier.isEmpty ? "it was never rescored" : "its earlier scorings are 1 to \(earlier.count)"))
    }
    words = "\(text): \(Self.words(meant.identity))\(left)"
    scores = try SweepReduction.scores(ledger, ofEarlierScoring: scoring)
  }

  /// A folder with exactly this name takes precedence over a scoring.
  private static func parts(_ text: String) -> (folder: String, scoring: Int?) {
    guard !FileManager.default.fileExists(atPath: text), let at = text.lastIndex(of: "@"),
      let scoring = Int(text[text.index(after: at)...]), scoring > 0
    else { return (text, nil) }
    return (String(text[..<at]), scoring)
  }

  private static func words(_ identity: SweepIdentity?) -> String {
    guard let identity else { return "model unknown" }
    return
      "model \(identity.model) (\(identity.modelSHA256.prefix(12))), \(identity.precision) with \(identity.library)"
  }
}
