import Foundation
import Imaging
import Interferometry
import Testing

/// What patches of several scales say of one source, merged.
@Suite struct SourceMergerTests {
  private static let grid = Grid(height: 500, width: 500)
  private static let cells = 28

  /// What a network that sees a disk perfectly would say of each patch.
  private func sources(_ layout: PatchLayout, row: Float, column: Float, radius: Float) -> [PatchSource] {
    (0..<layout.count).map { patch in
      let (scale, number) = layout.scale(ofPatch: patch)
      let origin = scale.patches.origin(of: number)
      var (area, centre) = ([UInt8](), [UInt8]())
      for y in 0..<Self.cells {
        for x in 0..<Self.cells {
          let side = Float(scale.patches.size) / Float(Self.cells)
          let down = (Float(origin.row - scale.top) + (Float(y) + 0.5) * side) * Float(scale.factor) - row
          let across = (Float(origin.column - scale.left) + (Float(x) + 0.5) * side) * Float(scale.factor) - column
          let distance = (down * down + across * across).squareRoot()
          area.append(distance < radius ? 255 : 0)
          centre.append(UInt8(255 * exp(-0.5 * pow(distance / (8 * Float(scale.factor)), 2))))
        }
      }
      return PatchSource(patch: patch, area: area, centre: centre)
    }
  }

  private func merged(
    _ sources: [PatchSource], _ layout: PatchLayout, probability: Float = 1, valid: ValidPixels
  ) throws -> SourceMerger.Source {
    let merger = SourceMerger(layout: layout, inputSize: 224, cells: Self.cells)
    let probabilities = [Float](repeating: probability, count: layout.count)
    let map = [Float](repeating: probability, count: Self.grid.count)
    return try #require(
      probabilities.withUnsafeBufferPointer { probabilities in
        map.withUnsafeBufferPointer {
          merger.merge(sources, probabilities: probabilities, map: $0, valid: valid)
        }
      })
  }

  private func valid(_ hasPixel: (Int, Int) -> Bool = { _, _ in true }) -> ValidPixels {
    var valid = ValidPixels(grid: Self.grid)
    valid.take(DataMask(pixelCount: Self.grid.count) { hasPixel($0 / 500, $0 % 500) })
    return valid
  }

  @Test(arguments: [(250, 250), (60, 70), (417, 130), (20, 480)])
  func theAreaAndThePlaceAreWhereTheSourceIs(row: Int, column: Int) throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Self.grid))
    let radius: Float = 60
    let sources = sources(layout, row: Float(row), column: Float(column), radius: radius)
    let source = try merged(sources, layout, probability: 0.8, valid: valid())
    let place = try #require(source.place)
    #expect(hypot(Double(place.row - row), Double(place.column - column)) < 12)
    var (both, either) = (0, 0)
    for y in 0..<500 {
      for x in 0..<500 {
        let isIn = hypot(Double(y - row), Double(x - column)) < Double(radius)
        let isFound = source.map.probability(row: y, column: x) > 0.4
        both += isIn && isFound ? 1 : 0
        either += isIn || isFound ? 1 : 0
      }
    }
    #expect(Double(both) / Double(either) > 0.8)
    #expect(source.map.highest <= 204, "the map is never above the interferogram's probability, 0.8")
  }

  @Test func thePlaceIsAPixelWithDataAndCellsWithoutAreZero() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Self.grid))
    let sources = sources(layout, row: 250, column: 250, radius: 60)
    let valid = valid { _, column in column < 240 || column > 300 }
    let source = try merged(sources, layout, valid: valid)
    let place = try #require(source.place)
    #expect(valid.holds(row: place.row, column: place.column))
    #expect(abs(place.row - 250) < 8 && abs(place.column - 239) < 12)
    #expect(source.map.probability(row: 250, column: 270) == 0)
  }

  @Test func patchesThatSeeNothingHardlyCount() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Self.grid))
    let right = sources(layout, row: 100, column: 100, radius: 40)
    let wrong = sources(layout, row: 400, column: 400, radius: 40)
    let merger = SourceMerger(layout: layout, inputSize: 224, cells: Self.cells)
    // Only the north-western patch and the coarsest scale are sure.
    let sure = [0, 13]
    let probabilities = (0..<layout.count).map { sure.contains($0) ? Float(0.9) : 0.2 }
    let said = (0..<layout.count).map { sure.contains($0) ? right[$0] : wrong[$0] }
    let map = [Float](repeating: 0.9, count: Self.grid.count)
    let source = try #require(
      probabilities.withUnsafeBufferPointer { probabilities in
        map.withUnsafeBufferPointer { merger.merge(said, probabilities: probabilities, map: $0, valid: valid()) }
      })
    let place = try #require(source.place)
    #expect(hypot(Double(place.row - 100), Double(place.column - 100)) < 16)
  }

  @Test func theOrderOfPatchesChangesNothing() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Self.grid))
    let sources = sources(layout, row: 300, column: 200, radius: 50)
    let one = try merged(sources, layout, valid: valid())
    #expect(try merged(sources.reversed(), layout, valid: valid()) == one)
  }

  @Test func noPatchGivesNoSource() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Self.grid))
    let merger = SourceMerger(layout: layout, inputSize: 224, cells: Self.cells)
    let zeros = [Float](repeating: 0, count: Self.grid.count)
    zeros.withUnsafeBufferPointer { map in
      #expect(
        merger.merge([], probabilities: UnsafeBufferPointer(rebasing: map[..<14]), map: map, valid: valid()) == nil)
    }
  }
}
