import Testing

@testable import Synthesis

@Suite struct LineOfSightTests {
  let ascending = LineOfSight(incidenceDegrees: 39, headingDegrees: -12)
  let descending = LineOfSight(incidenceDegrees: 39, headingDegrees: -168)

  @Test func aRightLookingSatelliteStandsWestWhenAscendingAndEastWhenDescending() {
    #expect(ascending.east < -0.6 && ascending.north < 0 && ascending.up > 0.77)
    #expect(descending.east > 0.6 && descending.north < 0 && descending.up > 0.77)
  }

  @Test(arguments: [(30.0, -12.0), (45, -168), (0, 0), (89, 77)])
  func theDirectionHasLengthOne(incidence: Double, heading: Double) {
    let sight = LineOfSight(incidenceDegrees: incidence, headingDegrees: heading)
    #expect(abs(sight.east * sight.east + sight.north * sight.north + sight.up * sight.up - 1) < 1e-12)
  }

  @Test func upliftAndMotionTowardsTheSatelliteShortenTheRangeAndLowerThePhase() {
    let rise = SurfaceDisplacement(east: 0, north: 0, up: 0.1)
    let west = SurfaceDisplacement(east: -0.1, north: 0, up: 0)
    #expect(ascending.rangeChange(of: rise) < 0 && descending.rangeChange(of: rise) < 0)
    #expect(ascending.rangeChange(of: west) < 0 && descending.rangeChange(of: west) > 0)
    #expect(LineOfSight.phase(ofRangeChangeMetres: ascending.rangeChange(of: rise)) < 0)
  }

  @Test func oneFringeIsHalfAWavelength() {
    let phase = LineOfSight.phase(ofRangeChangeMetres: 0.05546576 / 2)
    #expect(abs(phase - 2 * .pi) < 1e-12)
  }
}
