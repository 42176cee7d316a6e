import Interferometry
import Testing

@Suite struct FarAwayPlaceTests {
  /// Found by fuzzing: a step of almost nothing trapped where pixels are counted.
  @Test(arguments: [1e-300, Double.leastNonzeroMagnitude, 1e-40, Double.nan])
  func aPlaceInStepsOfAlmostNothingIsFarAway(step: Double) {
    let place = GeoTransform(west: -91, north: 1, longitudeStep: step, latitudeStep: -step)
    #expect(place.column(atLongitude: 0) == GeoTransform.farAway)
    #expect(place.row(atLatitude: 0) == GeoTransform.farAway)
    guard !step.isNaN else { return }
    #expect(place.column(atLongitude: -180) == -GeoTransform.farAway)
  }

  @Test func nearPlacesAreCountedInPixels() {
    let place = GeoTransform(west: -91, north: 1, longitudeStep: 0.5, latitudeStep: -0.5)
    #expect(place.column(atLongitude: -90.1) == 1)
    #expect(place.row(atLatitude: 1.1) == -1)
  }
}
