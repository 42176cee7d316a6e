import Interferometry
import Testing

@Suite struct PixelBoxTests {
  @Test func partOfABoxInsideARasterHasItsFractionOfTheArea() throws {
    let grid = Grid(height: 10, width: 20)
    let inside = PixelBox(centreRow: 4.1, centreColumn: 7.3, halfHeight: 2.2, halfWidth: 3.3)
    #expect(try #require(inside.clipped(to: grid)).box == inside)
    #expect(try #require(inside.clipped(to: grid)).fraction == 1)
    let over = PixelBox(centreRow: 0.5, centreColumn: 19.5, halfHeight: 2, halfWidth: 4)
    let cut = try #require(over.clipped(to: grid))
    #expect(cut.box == PixelBox(centreRow: 1, centreColumn: 17.5, halfHeight: 1.5, halfWidth: 2))
    #expect(cut.fraction == 0.375)
    #expect(PixelBox(centreRow: -3, centreColumn: 5, halfHeight: 2.5, halfWidth: 1).clipped(to: grid) == nil)
  }

  @Test func aBoxAroundAPixelHasThePixelsEdgesOnTheGround() {
    let transform = GeoTransform(west: 10, north: 2, longitudeStep: 0.5, latitudeStep: -0.25)
    let extent = transform.extent(of: PixelBox(centreRow: 2, centreColumn: 3, halfHeight: 0.5, halfWidth: 0.5))
    #expect(extent.west == 11.5 && extent.east == 12 && extent.north == 1.5 && extent.south == 1.25)
  }
}
