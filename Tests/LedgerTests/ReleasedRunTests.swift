import Foundation
import Interferometry
import Testing

@testable import Ledger

/// A run that a released program left must be taken over by this one: `Released/make-released-run.sh` made it.
@Suite struct ReleasedRunTests {
  private static let released = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Released/version-6")
  private let file: LedgerFile

  init() throws {
    file = try LedgerFile()
    try FileManager.default.copyItem(
      at: Self.released.appending(path: "run/ledger.sqlite"), to: URL(fileURLWithPath: file.path))
  }

  @Test func itsScoresStayWhatItsListsSay() throws {
    let listed = try Self.listed()
    try #require(listed.count == 9)
    for ledger in [try Ledger(reading: file.path), try Ledger(path: file.path)] {
      var seen = 0
      for volcano in try ledger.volcanoes() {
        for interferogram in try ledger.interferograms(ofVolcano: volcano) {
          let line = try #require(listed[interferogram.id.description])
          seen += 1
          guard line.state == "scored" else { continue }
          guard case .scored(let result) = interferogram.outcome else {
            Issue.record("the score of \(interferogram.id) is gone")
            continue
          }
          #expect("\(result.maximumProbability)" == line.maximumProbability)
          #expect("\(result.row)" == line.row && "\(result.column)" == line.column)
        }
      }
      #expect(seen == 9)
      #expect(try ledger.counts().scored == 5)
      try ledger.close()
    }
  }

  @Test func itsReviewsAndEarlierScoringStay() throws {
    let ledger = try Ledger(path: file.path)
    let reviews = try ledger.reviews()
    #expect(reviews.count == 1)
    #expect(reviews.first?.review.reviewer == "a reviewer")
    let earlier = try ledger.interferograms(ofEarlierScoring: 1)
    #expect(earlier.count == 9)
    #expect(earlier.count { if case .scored = $0.outcome { true } else { false } } == 5)
    #expect(try ledger.identity()?.model == "new-head 1")
    try ledger.close()
  }

  private struct Line {
    var state, maximumProbability, row, column: String
  }

  /// The lines of the released program's `interferograms.csv`, by interferogram.
  private static func listed() throws -> [String: Line] {
    let text = try String(contentsOf: released.appending(path: "run/results/interferograms.csv"), encoding: .utf8)
    // Only reasons hold commas, and only interferograms without a score have a reason.
    let lines = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    return Dictionary(
      lines.map {
        (
          String($0[0]),
          Line(
            state: String($0[1]), maximumProbability: String($0[8]), row: String($0[11]), column: String($0[12]))
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}
