import Detection
import Imaging
import Interferometry
import SweepRecords
import Testing

@testable import Reduction

/// Maps of sources in the maps of a volcano.
@Suite struct SourceMapTests {
  private static let grid = Grid(height: 230, width: 340)
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
  private static let rule = PatchRule(profile: .jgr2018, patchSize: 224)

  private static func stack(west: Double = 10) -> PlannedStack {
    PlannedStack(
      file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: grid,
      geoTransform: GeoTransform(west: west, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
  }

  private static func id() throws -> InterferogramID {
    InterferogramID(volcano: "a", frame: "f", pair: try #require(DatePair("20240101_20240113")))
  }

  private static func patches(usesSources: Bool = true) throws -> FramePatches {
    let profile = usesSources ? MethodProfile.multiscale : .jgr2018
    return FramePatches(try #require(profile.layout(of: grid)), usesSources: usesSources)
  }

  private static func result(_ map: SourceMap?, highest: Float, probabilities: [Float]) -> DetectionResult {
    DetectionResult(
      patchProbabilities: probabilities, patchRows: 2, patchColumns: 3, maximumProbability: highest, row: 0,
      column: 0, latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1,
      noDataShare: 0, meanCoherence: nil, sourceMap: map)
  }

  private static func mask(from column: Int) throws -> DataMask {
    let phase = (0..<grid.count).map { $0 % grid.width >= column ? Float(1) : .nan }
    return phase.withUnsafeBufferPointer { DataMask(of: $0) }
  }

  private static func maps(
    _ results: [(DetectionResult, mask: Int?)], patches: FramePatches, west: Double = 10
  ) throws -> ProbabilityStatistics {
    let masks = VolcanoMasks(numbers: [:]) { number, _ in try mask(from: 10 * number) }
    var maps = FrameMaps(
      1, patches: patches, planned: stack(west: west), target: stack(), merge: .normalised, masks: masks)
    for (result, mask) in results { try maps.add(result, of: try id(), mask: mask) }
    var statistics = ProbabilityStatistics(grid: grid, geoTransform: place)
    try maps.count(in: &statistics)
    statistics.endCounting()
    try maps.end(&statistics)
    return statistics
  }

  @Test func aMapIsScaledSoThatItsMaximumIsPmaxAndMasked() throws {
    let patches = try Self.patches()
    var map = SourceMap(grid: Self.grid)
    // The cells of rows 8…15: columns 0…7, 8…15 and 16…23.
    for (cell, value) in [(0, UInt8(200)), (1, 100), (2, 50)] { map.values[map.columns + cell] = value }
    let nothing = [Float](repeating: 0, count: patches.layout.count)
    let found = try Self.maps(
      [(Self.result(map, highest: 0.9, probabilities: nothing), mask: 1)], patches: patches)
    let line = 8 * Self.grid.width
    #expect(found.maximumProbability[line + 9].isNaN)
    #expect([10, 15].allSatisfy { abs(found.maximumProbability[line + $0] - 0.45) < 1e-6 })
    #expect(abs(found.maximumProbability[15 * Self.grid.width + 23] - 0.225) < 1e-6)
    #expect(found.maximumProbability[16 * Self.grid.width + 23] == 0)
    #expect(found.meanProbability[line + 10] == found.maximumProbability[line + 10])
    #expect(found.countAbove05.allSatisfy { $0 == 0 })
    let open = try Self.maps(
      [(Self.result(map, highest: 0.9, probabilities: nothing), mask: nil)], patches: patches)
    #expect(open.maximumProbability.max() == 0.9 && open.countAbove08.count { $0 == 1 } == 64)
  }

  /// What is passed over must change nothing: every map expanded and masked alone, pixel by pixel.
  @Test(arguments: [10, 10.100037]) func mapsAreWhatEachInterferogramByItselfAddsUpTo(west: Double) throws {
    let patches = try Self.patches()
    let merger = ScaleMerger(layout: patches.layout, rule: .normalised)
    var generator = SystemRandomNumberGenerator()
    var results: [(DetectionResult, mask: Int?)] = []
    for index in 0..<30 {
      let highest = Float.random(in: 0...(index % 4 == 0 ? 0.01 : 1), using: &generator)
      var map: SourceMap? = SourceMap(grid: Self.grid)
      for cell in map?.values.indices ?? 0..<0 where Bool.random(using: &generator) {
        map?.values[cell] = UInt8.random(in: 0...150, using: &generator)
      }
      if index % 5 == 1 { map = nil }
      let probabilities = (0..<patches.layout.count).map { _ in
        Float.random(in: 0...max(highest, 0.001), using: &generator)
      }
      results.append(
        (Self.result(map, highest: highest, probabilities: probabilities), [nil, 0, 7, 20][index % 4]))
    }
    let found = try Self.maps(results, patches: patches, west: west)
    let count = Self.grid.count
    var (maximum, sum) = ([Float](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var (half, data) = ([Int32](repeating: 0, count: count), [Int32](repeating: 0, count: count))
    let source = Self.stack(west: west).geoTransform
    for (result, number) in results {
      var map = [Float](repeating: 0, count: count)
      if let cells = result.sourceMap {
        let most = Float(cells.values.max() ?? 1) / 255
        for pixel in 0..<count {
          let value = cells.probability(row: pixel / Self.grid.width, column: pixel % Self.grid.width)
          map[pixel] = value * result.maximumProbability / most
        }
      } else {
        map.withUnsafeMutableBufferPointer { map in
          _ = result.patchProbabilities.withUnsafeBufferPointer {
            merger.merge(probabilities: $0, into: map)
          }
        }
      }
      for pixel in 0..<count {
        let column =
          west == 10
          ? pixel % Self.grid.width
          : source.column(atLongitude: Self.place.longitude(ofColumn: pixel % Self.grid.width))
        guard (0..<Self.grid.width).contains(column), column >= 10 * (number ?? 0) else { continue }
        let value = map[pixel / Self.grid.width * Self.grid.width + column]
        maximum[pixel] = max(maximum[pixel], value)
        sum[pixel] += Double(value)
        // The two ways of scaling may round to different sides.
        half[pixel] += value > 0.5 && abs(value - 0.5) > 1e-6 ? 1 : 0
        data[pixel] += 1
      }
    }
    #expect(found.interferogramCount == data)
    #expect(
      zip(found.maximumProbability, zip(maximum, data)).allSatisfy {
        $1.1 > 0 ? abs($0 - $1.0) < 1e-6 : $0.isNaN
      })
    #expect(
      zip(found.meanProbability, zip(sum, data)).allSatisfy {
        $1.1 > 0 ? abs($0 - Float($1.0 / Double($1.1))) < 1e-6 : $0.isNaN
      })
    #expect(zip(found.countAbove05, half).count { $0 != $1 } < 3 && half.contains { $0 > 3 })
    let again = try Self.maps(results, patches: patches, west: west)
    #expect(
      zip(again.meanProbability, found.meanProbability).allSatisfy { $0.bitPattern == $1.bitPattern })
  }

  @Test func aSweepOfOneScaleKeepsTheMapsOfItsPatches() throws {
    let patches = try Self.patches(usesSources: false)
    let map = SourceMap(grid: Self.grid, values: [UInt8](repeating: 255, count: 29 * 43))
    let probabilities = [Float](repeating: 0.25, count: patches.layout.count)
    let found = try Self.maps(
      [(Self.result(map, highest: 0.9, probabilities: probabilities), mask: nil)], patches: patches)
    #expect(found.maximumProbability.allSatisfy { abs($0 - 0.25) < 1e-6 })
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let patches = try Self.patches()
    let other = SourceMap(grid: Grid(height: 8, width: 8), values: [1])
    let probabilities = [Float](repeating: 0, count: patches.layout.count)
    for result in [
      Self.result(other, highest: 0.9, probabilities: probabilities),
      Self.result(nil, highest: 0.9, probabilities: probabilities.dropLast()),
    ] {
      let error = #expect(throws: ReductionError.self) { try Self.maps([(result, mask: nil)], patches: patches) }
      #expect(error?.description.contains("a_f_20240101_20240113") == true)
    }
  }
}
