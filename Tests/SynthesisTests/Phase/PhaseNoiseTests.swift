import Foundation
import Testing

@testable import Synthesis

@Suite struct PhaseNoiseTests {
  let noise = PhaseNoise(looks: 36)

  func errors(at coherence: Float) -> [Float] {
    var stream = RandomStream(seed: 21, path: UInt64(coherence * 1000))
    return (0..<20_000).map { _ in noise.phaseError(coherence: coherence, from: &stream) }
  }

  @Test(arguments: [0.95, 0.8, 0.6] as [Float])
  func coherentGroundHasTheVarianceOfTheCramerRaoBound(coherence: Float) {
    let squared = coherence * coherence
    let bound = (1 - squared) / (2 * 36 * squared)
    let variance = errors(at: coherence).reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(variance / bound - 1) < 0.06)
  }

  @Test func theLessCoherenceTheMoreNoiseUpToAUniformPhase() {
    let lengths = ([0.9, 0.5, 0.2, 0.1, 0.02] as [Float]).map { coherence -> Double in
      let phases = errors(at: coherence)
      let mean = (phases.reduce(0) { $0 + cos($1) }, phases.reduce(0) { $0 + sin($1) })
      return Double((mean.0 * mean.0 + mean.1 * mean.1).squareRoot() / 20_000)
    }
    for (more, less) in zip(lengths, lengths.dropFirst()) { #expect(more > less) }
    #expect(lengths[0] > 0.99)
    #expect(lengths[4] < 0.2)
  }

  @Test func estimatedCoherenceStaysInItsRangeAndIsBiasedWhereThereIsNone() {
    var stream = RandomStream(seed: 22, path: 0)
    for coherence in [0, 0.04, 0.5, 0.97] as [Float] {
      let estimates = (0..<5000).map { _ in noise.estimatedCoherence(coherence, from: &stream) }
      #expect(estimates.allSatisfy { (0...1).contains($0) })
      let mean = estimates.reduce(0, +) / 5000
      #expect(coherence == 0 ? mean > 0.02 && mean < 0.06 : abs(mean - coherence) < 0.02)
    }
  }
}
