import Interferometry
import Testing

@Suite struct DeformationPriorTests {
  @Test func fractionsAreReadInBothForms() {
    #expect(DeformationPrior("1:100")?.fraction == 0.01)
    #expect(DeformationPrior("0.25")?.fraction == 0.25)
    #expect(DeformationPrior("3:4")?.fraction == 0.75)
    for text in ["", "0", "1", "1:1", "2:1", "-1:10", "1:0", "1:2:3", "1:", ":2", "nan", "a", "1:nan", "inf"] {
      #expect(DeformationPrior(text) == nil, "\(text)")
    }
  }

  /// Odds of 9 to 1, from even odds to odds of 1 to 99: 9 / 99.
  @Test func oddsAreThoseOfTheNetworkTimesTheRatioOfThePriors() throws {
    let hundredth = try #require(DeformationPrior("1:100"))
    #expect(abs(hundredth.probability(of: 0.9, trainedAt: .even) - 9.0 / 108) < 1e-12)
    #expect(abs(hundredth.probability(of: 0.5, trainedAt: .even) - 0.01) < 1e-12)
    // A training of 1 in 5 has odds of 1 to 4: 9 · (1 / 99) / (1 / 4) = 36 / 99.
    let fifth = try #require(DeformationPrior(0.2))
    #expect(abs(hundredth.probability(of: 0.9, trainedAt: fifth) - 36.0 / 135) < 1e-12)
    #expect(fifth.probability(of: 0.2, trainedAt: fifth) == 0.2)
    #expect(hundredth.probability(of: 0, trainedAt: .even) == 0)
    #expect(hundredth.probability(of: 1, trainedAt: .even) == 1)
  }
}
