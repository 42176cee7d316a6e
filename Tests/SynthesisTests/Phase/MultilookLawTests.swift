import Foundation
import Testing

@testable import Synthesis

@Suite struct MultilookLawTests {
  /// Phase and coherence of sums of products of correlated signals, as the definition has them.
  func simulated(coherence: Double, looks: Int, count: Int) -> [(phase: Double, coherence: Double)] {
    var stream = RandomStream(seed: 77, path: UInt64(looks), UInt64(coherence * 100))
    return (0..<count).map { _ in
      var (real, imaginary, first, second) = (0.0, 0.0, 0.0, 0.0)
      for _ in 0..<looks {
        let (a, b) = (stream.normal(), stream.normal())
        let rest = (1 - coherence * coherence).squareRoot()
        let (c, d) = (coherence * a + rest * stream.normal(), coherence * b + rest * stream.normal())
        real += a * c + b * d
        imaginary += a * d - b * c
        first += a * a + b * b
        second += c * c + d * d
      }
      let size = (real * real + imaginary * imaginary).squareRoot()
      return (atan2(imaginary, real), size / (first * second).squareRoot())
    }
  }

  @Test(arguments: [(0.0, 4), (0.3, 4), (0.7, 4), (0.95, 4), (0.2, 20), (0.6, 20), (0.9, 20)])
  func drawsAreDistributedAsMultilookedSignalsAre(coherence: Double, looks: Int) {
    let count = 8000
    let law = MultilookLaw(looks: looks)
    var stream = RandomStream(seed: 78, path: UInt64(looks))
    let drawn = (0..<count).map { _ in law.draw(coherence: Float(coherence), from: &stream) }
    let expected = simulated(coherence: coherence, looks: looks, count: count)
    // Two samples of this size from one law differ by more than 0.031 once in a thousand times.
    #expect(distance(drawn.map { abs(Double($0.phaseError)) }, expected.map { abs($0.phase) }) < 0.031)
    #expect(distance(drawn.map { Double($0.estimatedCoherence) }, expected.map(\.coherence)) < 0.031)
    #expect(abs(Double(drawn.count { $0.phaseError > 0 }) / Double(count) - 0.5) < 0.02)
  }

  /// Kolmogorov and Smirnov's distance of two samples.
  private func distance(_ first: [Double], _ second: [Double]) -> Double {
    let (a, b) = (first.sorted(), second.sorted())
    var (i, j, largest) = (0, 0, 0.0)
    while i < a.count && j < b.count {
      if a[i] <= b[j] { i += 1 } else { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    return largest
  }
}
