import Foundation
import Testing

@testable import Interferometry

@Suite struct LongitudeTests {
  @Test(arguments: [
    (268.75, -91.25), (-180.22, 179.78), (180.05, -179.95), (-540.0, -180.0), (359.9, -0.1), (179.5, 179.5),
    (-180, -180),
    (180, 180), (628.7, -91.3), (0, 0),
  ])
  func longitudesAreKeptWithinHalfATurn(_ degrees: Double, _ expected: Double) {
    #expect(Longitude.distance(Longitude.normalized(degrees), expected) < 1e-12)
    #expect(abs(Longitude.normalized(degrees)) <= 180)
    #expect(abs(degrees) > 180 || Longitude.normalized(degrees) == degrees)
  }

  @Test func placesOnOtherTurnsAreEqual() throws {
    func place(_ west: Double) -> GeoTransform {
      GeoTransform(west: west, north: 0.3, longitudeStep: 0.001, latitudeStep: -0.001)
    }
    for west in [-91.3, 0.1, 179.78, -179.999, 12.345_678] {
      for turn in [-360.0, 360, 720] { #expect(place(west) == place(west + turn), "\(west) \(turn)") }
    }
    #expect(place(180) == place(-180))
    #expect(place(-180.22).isSamePlace(as: place(179.78)))
    let decoded = try JSONDecoder().decode(
      GeoTransform.self,
      from: Data(#"{"west":268.7,"north":0.3,"longitudeStep":0.001,"latitudeStep":-0.001}"#.utf8))
    #expect(decoded == place(-91.3))
  }

  @Test func columnsAreFoundOnEveryTurn() {
    let across = GeoTransform(west: 179.78, north: -16.57, longitudeStep: 0.001, latitudeStep: -0.001)
    for longitude in [-179.97, 180.03, 540.03, -539.97] {
      #expect(across.column(atLongitude: longitude + 0.0005, in: 500) == 250)
    }
    #expect(across.column(atLongitude: 179.7, in: 500) == nil)
    #expect(across.column(atLongitude: -179.71, in: 500) == nil)
    #expect(across.column(atLongitude: .nan, in: 500) == nil)
    #expect(abs(across.longitude(ofColumn: 499) + 179.7205) < 1e-9)
    let globe = GeoTransform(west: -180, north: 1, longitudeStep: 0.01, latitudeStep: -0.01)
    for longitude in stride(from: -719.995, to: 720, by: 7.31) {
      #expect(globe.column(atLongitude: longitude, in: 36_000) != nil, "\(longitude)")
    }
  }

  @Test func aBoxAcrossTheAntimeridianHasItsEdgesWithinHalfATurn() {
    let place = GeoTransform(west: 179.78, north: -16.57, longitudeStep: 0.001, latitudeStep: -0.001)
    let extent = place.extent(of: PixelBox(centreRow: 250, centreColumn: 219.5, halfHeight: 10, halfWidth: 50))
    #expect(abs(extent.west - 179.95) < 1e-9)
    #expect(abs(extent.east + 179.95) < 1e-9)
  }

  @Test func namesThatMayBeMeantAreFound() {
    let known = [("Negra, Sierra", "A"), ("Cerro Azul", "B"), ("Etna", "C"), ("Kīlauea", "D")].map {
      (name: $0, shown: $1)
    }
    #expect(NameSuggestions.near("Negra", among: known) == ["A"])
    #expect(NameSuggestions.near("cero azul", among: known) == ["B"])
    #expect(NameSuggestions.near("Kilaeua", among: known) == ["D"])
    #expect(NameSuggestions.near("Popocatépetl", among: known).isEmpty)
    #expect(NameSuggestions.near("", among: known).isEmpty)
  }
}
