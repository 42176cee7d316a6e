import Interferometry
import Testing

@testable import Reduction

/// Outlines of cells.
@Suite struct CellPolygonTests {
  private static func polygons(_ rows: [String]) -> [CellPolygons.Polygon] {
    CellPolygons.around(rows.flatMap { $0.map { $0 == "X" } }, columns: rows[0].count)
  }

  private static func ring(_ corners: [(Int, Int)]) -> CellPolygons.Ring {
    corners.map { CellPolygons.Corner(row: $0.0, column: $0.1) }
  }

  /// By the shoelace formula, cells: holes count negative.
  private static func area(_ polygons: [CellPolygons.Polygon]) -> Double {
    Double(
      polygons.flatMap { [$0.exterior] + $0.holes }.reduce(0) { $0 + CellPolygons.doubleArea($1) }) / 2
  }

  @Test func oneCellIsItsFourCornersCounterclockwise() {
    let found = Self.polygons(["...", ".X.", "..."])
    #expect(found == [CellPolygons.Polygon(exterior: Self.ring([(1, 1), (2, 1), (2, 2), (1, 2)]))])
    #expect(Self.area(found) == 1)
  }

  @Test func anLHasSixCorners() {
    let found = Self.polygons(["X..", "X..", "XXX"])
    #expect(found.map(\.exterior) == [Self.ring([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (0, 1)])])
    #expect(found[0].holes.isEmpty && Self.area(found) == 5)
  }

  @Test func aHoleIsARingInsideTheOtherWayRound() {
    let found = Self.polygons(["XXX", "X.X", "XXX"])
    #expect(found.count == 1)
    #expect(found[0].exterior == Self.ring([(0, 0), (3, 0), (3, 3), (0, 3)]))
    #expect(found[0].holes == [Self.ring([(1, 1), (1, 2), (2, 2), (2, 1)])])
    #expect(Self.area(found) == 8)
  }

  @Test func partsThatTouchAtACornerAreTwo() {
    for rows in [["X.", ".X"], [".X", "X."]] {
      let found = Self.polygons(rows)
      #expect(found.count == 2 && found.allSatisfy { $0.exterior.count == 4 && $0.holes.isEmpty })
      #expect(Self.area(found) == 2)
    }
  }

  @Test func theWholeRasterIsOneRectangle() {
    let found = Self.polygons(["XXXX", "XXXX", "XXXX"])
    #expect(found == [CellPolygons.Polygon(exterior: Self.ring([(0, 0), (3, 0), (3, 4), (0, 4)]))])
    #expect(Self.area(found) == 12)
  }

  @Test func cellsAtBothEndsOfNeighbouringRowsDoNotTouch() {
    #expect(Self.polygons(["..X", "X.."]).count == 2)
    #expect(Self.polygons(["...", "..."]).isEmpty)
  }

  /// A hole that reaches the outside by a corner stays a hole, and a part in a hole is a part.
  @Test func ringsNeverTouchThemselves() {
    let corner = Self.polygons(["XXX", "X.X", "XX."])
    #expect(corner.count == 1 && corner[0].holes.count == 1 && Self.area(corner) == 7)
    let nested = Self.polygons(["XXXXX", "XX.XX", "X.X.X", "XX.XX", "XXXXX"])
    #expect(nested.count == 2 && Self.area(nested) == 21)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let marks = (0..<64).map { _ in UInt8.random(in: 0..<3, using: &generator) > 0 }
      let found = CellPolygons.around(marks, columns: 8)
      #expect(Self.area(found) == Double(marks.count { $0 }), "\(marks)")
      for polygon in found {
        #expect(CellPolygons.doubleArea(polygon.exterior) > 0)
        #expect(polygon.holes.allSatisfy { CellPolygons.doubleArea($0) < 0 })
        for ring in [polygon.exterior] + polygon.holes { #expect(Set(ring).count == ring.count, "\(marks)") }
      }
    }
  }

  // MARK: Areas

  /// Area inside rings in degrees, by the shoelace formula.
  private static func squareDegrees(_ area: DeformingArea) -> Double {
    var sum = 0.0
    for ring in area.polygons.flatMap({ $0 }) {
      for (one, next) in zip(ring, ring.dropFirst()) {
        let cross: Double = one.longitude * next.latitude - next.longitude * one.latitude
        sum += cross / 2
      }
    }
    return sum
  }

  @Test func cellsFromHalfOfTheMaximumCountAndAreClippedToTheRaster() throws {
    // The last row and column of cells are 4 pixels wide.
    let grid = Grid(height: 20, width: 28)
    var map = SourceMap(grid: grid)
    #expect(map.rows == 3 && map.columns == 4)
    (map.values[0], map.values[1], map.values[11]) = (51, 50, 100)
    let transform = GeoTransform(west: 10, north: 0.01, longitudeStep: 0.001, latitudeStep: -0.001)
    let area = try #require(DeformingArea(map, grid: grid, transform: transform))
    // 128 of 255 of 100 is 50.2.
    #expect(area.polygons.count == 2)
    let (first, last) = (area.polygons[0][0], area.polygons[1][0])
    #expect(first.count == 5 && first[0] == (first[4].longitude, first[4].latitude))
    #expect(abs(first[0].longitude - 10) < 1e-12 && abs(first[1].latitude - 0.002) < 1e-12)
    #expect(abs(last[2].longitude - 10.028) < 1e-9 && abs(last[2].latitude + 0.01) < 1e-9)
    // 8 × 8 and 4 × 4 pixels of 0.001 degrees; a degree is 111.195 km at the equator.
    #expect(abs(Self.squareDegrees(area) - 80e-6) < 1e-12)
    #expect(abs(area.squareKilometres - 80e-6 * 111.19492664 * 111.19492664) < 1e-6)
  }

  @Test func anAreaAcrossTheAntimeridianIsContinuous() throws {
    let grid = Grid(height: 8, width: 16)
    let map = SourceMap(grid: grid, values: [9, 9])
    let transform = GeoTransform(west: 179.99, north: 60, longitudeStep: 0.001, latitudeStep: -0.001)
    let area = try #require(DeformingArea(map, grid: grid, transform: transform))
    #expect(area.polygons.count == 1)
    let east = area.polygons[0][0].map(\.longitude).max() ?? 0
    #expect(abs(east - 180.006) < 1e-9)
    // At 60° a degree of longitude is half as long.
    #expect(abs(area.squareKilometres / (128e-6 * 111.19492664 * 111.19492664 / 2) - 1) < 2e-4)
  }

  @Test func noSourceIsNoArea() {
    let grid = Grid(height: 20, width: 28)
    let transform = GeoTransform(west: 10, north: 0.01, longitudeStep: 0.001, latitudeStep: -0.001)
    #expect(DeformingArea(SourceMap(grid: grid), grid: grid, transform: transform) == nil)
    let other = SourceMap(grid: grid, values: [UInt8](repeating: 1, count: 12))
    #expect(DeformingArea(other, grid: Grid(height: 40, width: 28), transform: transform) == nil)
  }
}
