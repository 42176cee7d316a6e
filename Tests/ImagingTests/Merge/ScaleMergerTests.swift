import Imaging
import Interferometry
import Testing

/// One map of all scales.
@Suite struct ScaleMergerTests {
  private func map(_ probabilities: [Float], _ layout: PatchLayout, rule: MergeRule = .normalised) -> ([Float], Int)
  {
    var factor = 0
    let map = [Float](unsafeUninitializedCapacity: layout.grid.count) { buffer, count in
      buffer.initialize(repeating: -1)
      factor = probabilities.withUnsafeBufferPointer {
        ScaleMerger(layout: layout, rule: rule).merge(probabilities: $0, into: buffer)
      }
      count = layout.grid.count
    }
    return (map, factor)
  }

  @Test func aPlainScaleIsMergedAsBefore() throws {
    let grid = Grid(height: 500, width: 336)
    let layout = try #require(MethodProfile.jgr2018.layout(of: grid))
    let probabilities = (0..<layout.count).map { Float($0) / 10 }
    let (map, factor) = map(probabilities, layout)
    let single = [Float](unsafeUninitializedCapacity: grid.count) { buffer, count in
      probabilities.withUnsafeBufferPointer {
        ProbabilityMerger(patches: layout.scales[0].patches, rule: .normalised).merge(
          probabilities: $0, into: buffer)
      }
      count = grid.count
    }
    #expect(map == single)
    #expect(factor == 1)
  }

  @Test func atEachPixelTheHighestScaleCounts() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Grid(height: 500, width: 500)))
    // The north-western patch of the finest scale, and all of the coarsest.
    var probabilities = [Float](repeating: 0, count: layout.count)
    (probabilities[0], probabilities[13]) = (0.9, 0.4)
    let (both, factor) = map(probabilities, layout)
    #expect(factor == 1)
    #expect(abs(both[100 * 500 + 100] - 0.9) < 0.05)
    #expect(abs(both[450 * 500 + 450] - 0.4) < 1e-6)
    #expect((both.max() ?? 0) <= 0.9)
    (probabilities[0], probabilities[13]) = (0.4, 0.9)
    let (other, coarse) = map(probabilities, layout)
    #expect(coarse == 4)
    #expect(other.allSatisfy { abs($0 - 0.9) < 1e-6 })
  }

  @Test func withoutAnyProbabilityTheMapIsZero() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Grid(height: 301, width: 90)))
    let (map, factor) = map([Float](repeating: 0, count: layout.count), layout)
    #expect(map.allSatisfy { $0 == 0 })
    #expect(factor == 1)
  }
}
