import Foundation
import Interferometry
import Testing

@testable import Reduction

/// Longitudes are equal modulo 360° where frames are brought onto one grid.
@Suite struct AntimeridianTests {
  private func place(_ west: Double) -> GeoTransform {
    GeoTransform(west: west, north: -16.57, longitudeStep: 0.001, latitudeStep: -0.001)
  }

  @Test(arguments: [-180.22, 179.78, 539.78]) func framesOnOtherTurnsLieOnEachOther(_ west: Double) {
    let grid = Grid(height: 20, width: 500)
    let alignment = GridAlignment(of: grid, at: place(179.78), on: grid, at: place(west))
    #expect(alignment.columns == Array(0..<500))
    #expect(alignment.runs.map(\.columns) == [0..<500])
  }

  @Test func aShiftedFrameAcrossTheAntimeridianIsAlignedByItsPlace() {
    let grid = Grid(height: 20, width: 500)
    let alignment = GridAlignment(of: grid, at: place(179.78), on: grid, at: place(-180.12))
    #expect(alignment.columns[..<100].allSatisfy { $0 == -1 })
    #expect(Array(alignment.columns[100...]) == Array(0..<400))
    #expect(alignment.runs.map(\.columns) == [100..<500])
    #expect(alignment.runs.first?.firstOfUnbroken == 0)
  }

  @Test func aFrameAtBothEndsOfAGlobeIsTwoRuns() {
    let globe = GeoTransform(west: -180, north: 1, longitudeStep: 0.1, latitudeStep: -0.1)
    let across = GeoTransform(west: 179, north: 1, longitudeStep: 0.1, latitudeStep: -0.1)
    let alignment = GridAlignment(
      of: Grid(height: 4, width: 3600), at: globe, on: Grid(height: 4, width: 20), at: across)
    #expect(alignment.runs.map(\.columns) == [0..<10, 3590..<3600])
    #expect(alignment.runs.map(\.firstOfUnbroken) == [10, 0])
    var statistics = ProbabilityStatistics(grid: Grid(height: 4, width: 3600), geoTransform: globe)
    let mean = [Float](repeating: 0.5, count: 80)
    statistics.count(2, mask: nil, aligned: alignment)
    mean.withUnsafeBufferPointer { statistics.add(2, mean: $0, aligned: alignment) }
    #expect(statistics.interferogramCount[..<3600].filter { $0 == 2 }.count == 20)
    #expect(statistics.meanProbability[5] == 0.5)
    #expect(statistics.meanProbability[500].isNaN)
    // And the globe on the frame breaks where its ends meet.
    let inverse = GridAlignment(
      of: Grid(height: 4, width: 20), at: across, on: Grid(height: 4, width: 3600), at: globe)
    #expect(inverse.runs.map(\.columns) == [0..<20])
    #expect(inverse.runs.first?.firstOfUnbroken == nil)
    #expect(inverse.columns == Array(3590..<3600) + Array(0..<10))
  }
}
