import Imaging
import Interferometry
import Testing

struct ProbabilityPeakTests {
  private func peak(_ rows: [[Float]]) -> ProbabilityPeak {
    let map = rows.flatMap { $0 }
    return map.withUnsafeBufferPointer {
      ProbabilityPeak(of: $0, grid: Grid(height: rows.count, width: rows[0].count))
    }
  }

  @Test func aSinglePeakIsFoundWithItsAreas() {
    let peak = peak([[0, 0.5, 0.6], [0.8, 0.81, 0.9], [0.2, 0.50001, 0.1]])
    #expect(peak.probability == 0.9)
    #expect(peak.place == .init(row: 1, column: 2))
    #expect(peak.pixelsAbove50 == 5)
    #expect(peak.pixelsAbove80 == 2)
  }

  @Test func aFlatTopIsPlacedAtItsCentre() {
    let flat = (0..<5).map { row in (0..<7).map { Float(row >= 1 && row <= 3 && $0 >= 2 ? 0.75 : 0.1) } }
    #expect(peak(flat).place == .init(row: 2, column: 4))
  }

  @Test func pixelsWithinAMillionthBelongToTheTop() {
    #expect(peak([[0.7, 0.6999995, 0.6999992]]).place == .init(row: 0, column: 1))
    #expect(peak([[0.7, 0.699998, 0.699998]]).place == .init(row: 0, column: 0))
  }

  @Test func equallyNearPixelsGoToTheNorthWest() {
    #expect(peak([[1, 1], [1, 1]]).place == .init(row: 0, column: 0))
    #expect(peak([[0, 0, 0], [0, 1, 1], [0, 0, 0]]).place == .init(row: 1, column: 1))
  }

  @Test func aTopAroundALowCentreIsPlacedOnTheTop() {
    #expect(peak([[1, 1, 1], [1, 0, 1], [1, 1, 1]]).place == .init(row: 0, column: 1))
    #expect(peak([[1, 0, 0, 0, 1]]).place == .init(row: 0, column: 0))
  }

  @Test func aMapOfZerosHasNoPlace() {
    let peak = peak([[0, 0, 0], [0, 0, 0]])
    #expect(peak.probability == 0)
    #expect(peak.place == nil)
    #expect(peak.pixelsAbove50 == 0)
  }

  @Test func aCornerPatchAloneIsPlacedInItsOwnArea() throws {
    let patches = try #require(MethodProfile.jgr2018.layout(of: Grid(height: 500, width: 500))?.scales[0].patches)
    let merger = ProbabilityMerger(patches: patches, rule: .normalised)
    let values = [Float](unsafeUninitializedCapacity: 16) { buffer, count in
      buffer.initialize(repeating: 0.2)
      buffer[0] = 0.95
      count = 16
    }
    var map = [Float](repeating: 0, count: patches.grid.count)
    values.withUnsafeBufferPointer { values in
      map.withUnsafeMutableBufferPointer { merger.merge(probabilities: values, into: $0) }
    }
    let peak = map.withUnsafeBufferPointer { ProbabilityPeak(of: $0, grid: patches.grid) }
    #expect(peak.probability == 0.95)
    // Patch 0 alone covers rows and columns 0…111.
    #expect(peak.place == .init(row: 55, column: 55))
  }
}
