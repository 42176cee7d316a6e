import Foundation
import Testing

@testable import Reduction

@Suite struct ComparisonPageTests {
  private static func score(_ id: String, _ probability: Double) -> InterferogramScore {
    InterferogramScore(volcano: String(id.prefix(1)), id: id, outcome: .scored(maximumProbability: probability))
  }

  private static func page(_ older: [InterferogramScore], _ newer: [InterferogramScore]) -> String {
    ComparisonPage(
      first: "runs/a", second: "runs/<b>", remarks: ["model x & y"],
      comparison: SweepComparison(older, newer, thresholds: (0.5, 0.5))
    ).html
  }

  @Test func thePageNamesEveryCandidateWithItsFateAndEveryVolcano() {
    let page = Self.page(
      [Self.score("a1", 0.9), Self.score("a2", 0.2), Self.score("b1", 0.8), Self.score("c1", 0.1)],
      [Self.score("a1", 0.7), Self.score("a2", 0.6), Self.score("b1", 0.3), Self.score("c2", 0.1)])
    #expect(page.contains("<td>a2</td><td>appeared</td><td>0.200</td><td>0.600</td>"))
    #expect(page.contains("<td>b1</td><td>vanished</td>") && page.contains("<td>a1</td><td>stayed</td>"))
    #expect(page.contains("Of 3 interferograms that both runs have scored, 1 appeared"))
    #expect(page.contains("Excluded: 1 that only runs/a has scored and 1 that only runs/&lt;b&gt; has"))
    #expect(page.contains("model x &amp; y") && !page.contains("<b>"))
    for volcano in ["a", "b", "c", "all"] { #expect(page.contains("<td>\(volcano)</td>")) }
    #expect(page.components(separatedBy: "<circle").count == 4)
  }

  @Test func sweepsWithoutCandidatesHaveNoChart() {
    let page = Self.page([Self.score("a1", 0.1)], [Self.score("a1", 0.2)])
    #expect(!page.contains("<svg") && page.contains("<h2>Volcanoes</h2>"))
  }

  @Test func equalComparisonsMakeEqualBytes() {
    let scores = (0..<40).map { Self.score("v\($0)", Double($0 * 37 % 40) / 40) }
    #expect(Self.page(scores, scores.reversed()) == Self.page(scores.shuffled(), scores.shuffled()))
  }
}
