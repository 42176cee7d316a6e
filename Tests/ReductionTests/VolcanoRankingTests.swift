import Testing

@testable import Reduction

@Suite struct VolcanoRankingTests {
  static func score(_ volcano: String, _ id: String, _ probability: Double) -> InterferogramScore {
    InterferogramScore(volcano: volcano, id: id, outcome: .scored(maximumProbability: probability))
  }

  static let scores = [
    score("wolf", "w1", 0.6), score("wolf", "w2", 0.7), score("wolf", "w3", 0.1),
    score("alcedo", "a1", 0.99), score("alcedo", "a2", 0.5),
    score("darwin", "d1", 0.99), score("cuicocha", "c2", 0.9), score("cuicocha", "c1", 0.9),
    score("etna", "e1", 0.2), score("adwa", "x1", 0.2),
    InterferogramScore(volcano: "taal", id: "t1", outcome: .rejected),
    InterferogramScore(volcano: "taal", id: "t2", outcome: .quarantined),
    InterferogramScore(volcano: "agung", id: "g1", outcome: .rejected),
    InterferogramScore(volcano: "wolf", id: "w4", outcome: .rejected),
  ]

  @Test func volcanoesComeByCountThenHighestProbabilityThenName() {
    let ranking = VolcanoRanking(of: Self.scores)
    #expect(
      ranking.volcanoes.map(\.volcano) == [
        "cuicocha", "wolf", "alcedo", "darwin", "adwa", "etna", "agung", "taal",
      ])
  }

  @Test func countsAreThoseOfTheOutcomesAndThresholds() throws {
    let ranking = VolcanoRanking(of: Self.scores, threshold: 0.65)
    let wolf = try #require(ranking.volcanoes.first { $0.volcano == "wolf" })
    #expect(wolf.scored == 3 && wolf.rejected == 1 && wolf.quarantined == 0)
    #expect(wolf.aboveHalf == 2 && wolf.aboveFourFifths == 0 && wolf.aboveThreshold == 1)
    #expect(wolf.best == .init(id: "w2", maximumProbability: 0.7))
    let taal = try #require(ranking.volcanoes.first { $0.volcano == "taal" })
    #expect(taal.scored == 0 && taal.rejected == 1 && taal.quarantined == 1 && taal.best == nil)
    #expect(ranking.scored == 10)
    #expect(ranking.aboveThreshold == 5)
    #expect(ranking.volcanoesAboveThreshold == 4)
    let total = ranking.volcanoes.reduce(0) { $0 + $1.scored + $1.rejected + $1.quarantined }
    #expect(total == Self.scores.count)
  }

  @Test func aProbabilityAtAThresholdIsNotAboveIt() {
    let ranking = VolcanoRanking(of: [Self.score("a", "1", 0.5), Self.score("a", "2", 0.8)], threshold: 0.8)
    #expect(ranking.volcanoes[0].aboveHalf == 1)
    #expect(ranking.volcanoes[0].aboveFourFifths == 0)
    #expect(ranking.volcanoes[0].aboveThreshold == 0)
  }

  @Test func theBestAmongEqualsIsTheFirstByName() {
    let ranking = VolcanoRanking(of: Self.scores)
    #expect(ranking.volcanoes[0].best?.id == "c1")
  }

  @Test func anyOrderOfTheInterferogramsMakesTheSameRanking() {
    var generator = SystemRandomNumberGenerator()
    let expected = VolcanoRanking(of: Self.scores).commaSeparated
    let candidates = CandidateRanking.rank(Self.scores, above: 0.15)
    for _ in 0..<200 {
      let shuffled = Self.scores.shuffled(using: &generator)
      #expect(VolcanoRanking(of: shuffled).commaSeparated == expected)
      #expect(CandidateRanking.rank(shuffled, above: 0.15) == candidates)
    }
  }

  @Test func candidatesComeByProbabilityThenName() {
    let candidates = CandidateRanking.rank(Self.scores, above: 0.5)
    #expect(candidates.map(\.id) == ["a1", "d1", "c1", "c2", "w2", "w1"])
  }

  @Test func anInterferogramMoreAboveTheThresholdNeverLowersAVolcano() {
    for volcano in ["etna", "agung", "wolf", "darwin"] {
      let before = VolcanoRanking(of: Self.scores).volcanoes.firstIndex { $0.volcano == volcano }
      let more = Self.scores + [Self.score(volcano, "more", 0.51)]
      let after = VolcanoRanking(of: more).volcanoes.firstIndex { $0.volcano == volcano }
      #expect((after ?? 99) <= (before ?? -1))
    }
  }

  @Test func nothingRanksToNothing() {
    let ranking = VolcanoRanking(of: [])
    #expect(ranking.volcanoes.isEmpty && ranking.scored == 0 && ranking.aboveThreshold == 0)
    #expect(ranking.commaSeparated.split(separator: "\n").count == 1)
  }

  @Test func theTablesShowWhatWasRanked() {
    let ranking = VolcanoRanking(of: Self.scores)
    let rows = ranking.commaSeparated.split(separator: "\n")
    #expect(rows[2] == "2,wolf,3,1,0,0,2,0,0.5,2,0.7,w2")
    #expect(rows[8] == "8,taal,0,1,0,1,0,0,0.5,0,,")
    let columns = ranking.columns(top: 2).split(separator: "\n")
    #expect(
      columns == [
        "rank  volcano   scored  above 0.5  highest P  best interferogram",
        "   1  cuicocha       2          2        0.9  c1",
        "   2  wolf           3          2        0.7  w2",
      ])
  }
}
