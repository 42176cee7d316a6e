import Hashing
import Imaging
import Interferometry
import Testing

struct MergeTests {
  struct MergeCase: Decodable {
    let rule: MergeRule
    let height: Int
    let width: Int
    let size: Int
    let stride: Int
    let rowStarts: [Int]
    let columnStarts: [Int]
    let probabilities: ArrayPlace
    let shares: ArrayPlace
    let map: ArrayPlace
  }

  private func merge(_ merger: ProbabilityMerger, _ probabilities: [Float], _ fractions: [Float]? = nil) -> [Float]
  {
    var map = [Float](repeating: -7, count: merger.patches.grid.count)
    probabilities.withUnsafeBufferPointer { probabilities in
      map.withUnsafeMutableBufferPointer { map in
        if let fractions {
          fractions.withUnsafeBufferPointer { merger.merge(probabilities: probabilities, fractions: $0, into: map) }
        } else {
          merger.merge(probabilities: probabilities, into: map)
        }
      }
    }
    return map
  }

  private func merger(_ profile: MethodProfile, _ height: Int, _ width: Int) throws -> ProbabilityMerger {
    let patches = try #require(profile.layout(of: Grid(height: height, width: width))?.scales[0].patches)
    return ProbabilityMerger(patches: patches, rule: profile.merge)
  }

  @Test func referenceMergeHitsThePublishedCodesMaxima() throws {
    for (length, maximum) in [(500, 0.9725284), (499, 0.972973), (600, 0.977419), (1000, 0.974274)] {
      let merger = try merger(.biggs2022, length, length)
      let map = merge(merger, [Float](repeating: 1, count: merger.patches.count))
      #expect(abs(Double(map.max() ?? 0) - maximum) < 1e-6, "\(length) × \(length)")
    }
  }

  @Test func mapsAreNumPysDirectSums() throws {
    let expected = try ExpectedValues<MergeCase>("merge")
    #expect(expected.cases.count == 6)
    for test in expected.cases {
      let grid = Grid(height: test.height, width: test.width)
      let patches = try #require(PatchGrid(grid: grid, size: test.size, stride: test.stride))
      #expect(patches.rowStarts == test.rowStarts && patches.columnStarts == test.columnStarts)
      let map = try merge(
        ProbabilityMerger(patches: patches, rule: test.rule), expected.floats(test.probabilities),
        expected.floats(test.shares))
      let wanted = try expected.floats(test.map)
      let difference = zip(map, wanted).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 2e-7, "\(test.rule) \(grid)")
    }
  }

  @Test func normalisedMergeOfOneProbabilityIsThatProbabilityEverywhere() throws {
    let merger = try merger(.jgr2018, 500, 611)
    for probability: Float in [0, 1e-30, 0.1, 0.3333333, 0.999999, 1] {
      let map = merge(merger, [Float](repeating: probability, count: merger.patches.count))
      #expect(map.allSatisfy { $0 == probability })
    }
  }

  @Test func mapStaysBetweenTheLowestAndTheHighestPatch() throws {
    var random = SplitMix64(state: 9)
    for profile in [MethodProfile.jgr2018, .biggs2022] {
      let merger = try merger(profile, 437, 500)
      for _ in 0..<5 {
        let values = (0..<merger.patches.count).map { _ in Float.random(in: 0...1, using: &random) }
        let map = merge(merger, values)
        let lowest = profile.merge == .normalised ? values.min() ?? 0 : 0
        let highest = values.max() ?? 0
        #expect(map.allSatisfy { $0 >= lowest && $0 <= highest })
      }
    }
  }

  @Test func raisingOnePatchLowersNoPixel() throws {
    var random = SplitMix64(state: 4)
    for profile in [MethodProfile.jgr2018, .biggs2022] {
      let merger = try merger(profile, 500, 500)
      var values = (0..<merger.patches.count).map { _ in Float.random(in: 0...0.5, using: &random) }
      let before = merge(merger, values)
      values[5] = 0.9
      let after = merge(merger, values)
      #expect(zip(before, after).allSatisfy { $0 <= $1 })
      #expect(zip(before, after).contains { $0 < $1 })
    }
  }

  @Test func aMergerForgetsTheInterferogramBefore() throws {
    var random = SplitMix64(state: 11)
    let merger = try merger(.biggs2022, 500, 500)
    let values = (0..<merger.patches.count).map { _ in Float.random(in: 0...1, using: &random) }
    let first = merge(merger, values)
    #expect(merge(merger, [Float](repeating: 0, count: values.count)).allSatisfy { $0 == 0 })
    #expect(merge(merger, values) == first)
  }

  @Test func sharesScaleOnlyTheReferenceMerge() throws {
    let half = { (count: Int) in [Float](repeating: 0.5, count: count) }
    let reference = try merger(.biggs2022, 400, 400)
    let ones = [Float](repeating: 1, count: reference.patches.count)
    #expect(merge(reference, ones, half(ones.count)) == merge(reference, half(ones.count)))
    let normalised = try merger(.jgr2018, 400, 400)
    let count = normalised.patches.count
    #expect(
      merge(normalised, [Float](repeating: 1, count: count), half(count)).allSatisfy { $0 == 1 })
  }

  @Test func uncoveredEdgesTakeTheNearestCoveredPixel() throws {
    var random = SplitMix64(state: 2)
    for rule in [MergeRule.normalised, .reference] {
      let grid = Grid(height: 500, width: 490)
      let patches = try #require(PatchGrid(grid: grid, size: 224, stride: 112, alignment: 32))
      #expect(patches.coveredHeight == 480 && patches.coveredWidth == 480)
      let values = (0..<patches.count).map { _ in Float.random(in: 0...1, using: &random) }
      let map = merge(ProbabilityMerger(patches: patches, rule: rule), values)
      for row in 0..<500 {
        for column in 0..<490 where row >= 480 || column >= 480 {
          #expect(map[row * 490 + column] == map[min(row, 479) * 490 + min(column, 479)])
        }
      }
    }
  }
}
