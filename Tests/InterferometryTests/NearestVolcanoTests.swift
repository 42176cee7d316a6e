import Interferometry
import Testing

/// Distances on a sphere of 6371 km, on which a degree is 111.195 km.
@Suite struct NearestVolcanoTests {
  private static let degree = 111.19492664

  private static func place(_ volcano: String, _ latitude: Double, _ longitude: Double) -> VolcanoPlace {
    VolcanoPlace(volcano: volcano, latitudeDegrees: latitude, longitudeDegrees: longitude)
  }

  @Test func theNearestIsFoundByItsDistanceOnTheGround() throws {
    // At 60° north a degree of longitude is half a degree of latitude.
    let nearest = NearestVolcano([Self.place("north", 60.8, 10), Self.place("east", 60, 11.5)])
    let found = try #require(nearest(latitudeDegrees: 60, longitudeDegrees: 10))
    #expect(found.place.volcano == "east" && abs(found.kilometres - 0.75 * Self.degree) < 0.05)
  }

  @Test(arguments: [179.9, -180.1, 539.9]) func theAntimeridianIsNoBorder(_ longitude: Double) throws {
    let nearest = NearestVolcano([Self.place("west", 0, 178), Self.place("east", 0, -179.9)])
    let found = try #require(nearest(latitudeDegrees: 0, longitudeDegrees: longitude))
    #expect(found.place.volcano == "east" && abs(found.kilometres - 0.2 * Self.degree) < 1e-6)
  }

  @Test func distancesAreRightFromMetresToTheAntipodes() throws {
    let nearest = NearestVolcano([Self.place("a", 0, 0)])
    #expect(nearest(latitudeDegrees: 0, longitudeDegrees: 0)?.kilometres == 0)
    let near = try #require(nearest(latitudeDegrees: 0, longitudeDegrees: 1e-5))
    #expect(abs(near.kilometres - 1e-5 * Self.degree) < 1e-9)
    let far = try #require(nearest(latitudeDegrees: 0, longitudeDegrees: 180))
    #expect(abs(far.kilometres - 180 * Self.degree) < 1e-3)
  }

  @Test func equallyNearOnesComeByKeyAndNoneIsNothing() {
    let two = [Self.place("b", 1, 0), Self.place("a", -1, 0), Self.place("c", 95, 0)]
    #expect(NearestVolcano(two)(latitudeDegrees: 0, longitudeDegrees: 0)?.place.volcano == "a")
    #expect(NearestVolcano(two.reversed())(latitudeDegrees: 0, longitudeDegrees: 0)?.place.volcano == "a")
    #expect(NearestVolcano([])(latitudeDegrees: 0, longitudeDegrees: 0) == nil)
    #expect(NearestVolcano([Self.place("c", 95, 0)]).isEmpty)
  }
}
