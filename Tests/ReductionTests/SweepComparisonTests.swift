import Foundation
import Testing

@testable import Reduction

@Suite struct SweepComparisonTests {
  private struct Expected: Decodable {
    struct Case: Decodable {
      let left: [Double]
      let right: [Double]
      let spearman: Double
    }

    let cases: [Case]
  }

  private static func score(_ id: String, _ probability: Double) -> InterferogramScore {
    InterferogramScore(
      volcano: String(id.prefix(1)), id: id, outcome: .scored(maximumProbability: probability))
  }

  private static let older = [
    score("a1", 0.9), score("a2", 0.8), score("a3", 0.2), score("b1", 0.7), score("b2", 0.1), score("c1", 0.3),
    InterferogramScore(volcano: "c", id: "c2", outcome: .rejected),
  ]
  private static let newer = [
    score("a1", 0.6), score("a2", 0.95), score("a3", 0.75), score("b1", 0.4), score("b2", 0.2), score("c2", 0.9),
    InterferogramScore(volcano: "c", id: "c1", outcome: .quarantined),
  ]

  @Test func candidatesAppearVanishAndMove() {
    let comparison = SweepComparison(Self.older, Self.newer, thresholds: (0.5, 0.5))
    #expect(comparison.candidates.map(\.id).elementsEqual(["a3", "b1", "a1", "a2"]))
    #expect(comparison.candidates.map(\.fate).elementsEqual([.appeared, .vanished, .stayed, .stayed]))
    // c2 is a candidate of the newer sweep, ranked second, and not compared.
    #expect(comparison.candidates.map(\.firstRank).elementsEqual([nil, 3, 1, 2]))
    #expect(comparison.candidates.map(\.secondRank).elementsEqual([3, nil, 4, 1]))
  }

  @Test func volcanoesAreCountedAndComeByHowMuchChanged() throws {
    let comparison = SweepComparison(Self.older, Self.newer, thresholds: (0.5, 0.5))
    #expect(comparison.volcanoes.map(\.volcano).elementsEqual(["a", "b", "c"]))
    let a = try #require(comparison.volcanoes.first)
    #expect(a.both == 3 && a.appeared == 1 && a.vanished == 0 && a.stayed == 2)
    #expect(a.firstHighest == 0.9 && a.secondHighest == 0.95 && a.agreement == 2.0 / 3)
    #expect(abs((a.rankCorrelation ?? 0) + 0.5) < 1e-12)
    let c = try #require(comparison.volcanoes.last)
    #expect(c.both == 0 && c.onlyFirst == 1 && c.onlySecond == 1 && c.agreement == nil && c.rankCorrelation == nil)
    #expect(comparison.total.both == 5 && comparison.total.agreement == 3.0 / 5)
  }

  @Test func eachSweepHasItsOwnThreshold() {
    let comparison = SweepComparison(Self.older, Self.newer, thresholds: (0.85, 0.3))
    #expect(comparison.candidates.filter { $0.fate == .appeared }.map(\.id).elementsEqual(["a3", "b1", "a2"]))
    #expect(comparison.candidates.filter { $0.fate == .stayed }.map(\.id).elementsEqual(["a1"]))
  }

  @Test func aSweepAgreesWithItselfInAnyOrder() {
    let shuffled = SweepComparison(Self.older, Self.older.shuffled(), thresholds: (0.5, 0.5))
    #expect(shuffled.total.agreement == 1)
    #expect(abs((shuffled.total.rankCorrelation ?? 0) - 1) < 1e-12)
    #expect(shuffled.candidates.allSatisfy { $0.fate == .stayed && $0.firstRank == $0.secondRank })
    let other = SweepComparison(Self.older.shuffled(), Self.newer.shuffled(), thresholds: (0.5, 0.5))
    let expected = SweepComparison(Self.older, Self.newer, thresholds: (0.5, 0.5))
    #expect(other.candidateTable == expected.candidateTable && other.volcanoTable == expected.volcanoTable)
  }

  @Test func theTablesHaveALineForEach() {
    let comparison = SweepComparison(Self.older, Self.newer, thresholds: (0.5, 0.5))
    let lines = comparison.candidateTable.split(separator: "\n")
    #expect(lines.count == 5 && lines[1] == "a,a3,appeared,0.2,0.75,,3")
    #expect(comparison.volcanoTable.split(separator: "\n").last?.hasPrefix("all,5,1,1,1,1,2,") == true)
    #expect(comparison.volcanoColumns(top: 1).split(separator: "\n").count == 3)
    #expect(comparison.candidateColumns(top: 2).split(separator: "\n").count == 3)
  }

  @Test func rankCorrelationIsSciPys() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Expected/rank_correlation.json")
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    #expect(expected.cases.count == 5)
    for known in expected.cases {
      let found = try #require(RankCorrelation.spearman(known.left, known.right))
      #expect(abs(found - known.spearman) < 1e-12)
    }
  }

  @Test func rankCorrelationNeedsValuesThatDiffer() {
    #expect(RankCorrelation.spearman([], []) == nil)
    #expect(RankCorrelation.spearman([0.5], [0.5]) == nil)
    #expect(RankCorrelation.spearman([0.5, 0.5], [0.1, 0.9]) == nil)
  }
}
