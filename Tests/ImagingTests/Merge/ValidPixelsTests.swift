import Imaging
import Interferometry
import Testing

@Suite struct ValidPixelsTests {
  private static let grid = Grid(height: 13, width: 21)
  private static let phase: [Float] = (0..<grid.count).map { pixel in
    let isMissing = pixel % 5 == 3 || pixel / 21 == 7
    return isMissing ? .nan : Float(pixel) / 100
  }

  private func valid() -> ValidPixels {
    var valid = ValidPixels(grid: Self.grid)
    Self.phase.withUnsafeBufferPointer { valid.take($0) }
    return valid
  }

  @Test func phaseAndMaskSayTheSame() {
    let mask = Self.phase.withUnsafeBufferPointer { DataMask(of: $0) }
    var other = ValidPixels(grid: Self.grid)
    other.take(mask)
    #expect(other == valid())
    #expect(valid().mask == mask)
    #expect(valid().count(rows: 0..<13, columns: 0..<21) == mask.dataCount)
  }

  @Test func pixelsWithoutDataAreCleared() {
    var map = [Float](repeating: 1, count: Self.grid.count)
    map.withUnsafeMutableBufferPointer { valid().clear($0) }
    for (value, phase) in zip(map, Self.phase) { #expect((value == 0) == phase.isNaN) }
  }

  @Test func theNearestPixelWithDataIsFound() {
    let valid = valid()
    for row in 0..<13 {
      for column in 0..<21 {
        let found = valid.nearest(row: Float(row), column: Float(column))
        let all = (0..<Self.grid.count).filter { !Self.phase[$0].isNaN }
        func distance(_ pixel: Int) -> Int {
          (pixel / 21 - row) * (pixel / 21 - row) + (pixel % 21 - column) * (pixel % 21 - column)
        }
        let nearest = all.min { distance($0) < distance($1) }
        #expect(found.map { $0.row * 21 + $0.column } == nearest)
      }
    }
    #expect(ValidPixels(grid: Self.grid).nearest(row: 3, column: 3) == nil)
  }
}
