import Foundation

/// Finds the volcano nearest to a place, on a sphere.
public struct NearestVolcano: Sendable {
  /// Radius of the sphere, km.
  public static let earthRadiusKilometres = 6371.0

  /// By key.
  private let places: [VolcanoPlace]
  /// From the centre of the Earth, length 1.
  private let directions: [SIMD3<Double>]

  /// - Parameter places: In any order; those that are not on Earth are left out.
  public init(_ places: some Sequence<VolcanoPlace>) {
    self.places = places.filter(\.isOnEarth).sorted {
      ($0.volcano, $0.latitudeDegrees, $0.longitudeDegrees) < ($1.volcano, $1.latitudeDegrees, $1.longitudeDegrees)
    }
    directions = self.places.map { Self.direction($0.latitudeDegrees, $0.longitudeDegrees) }
  }

  /// Whether there are no volcanoes.
  public var isEmpty: Bool { places.isEmpty }

  /// The nearest volcano; of several, the first by key.
  ///
  /// - Parameters:
  ///   - latitudeDegrees: Degrees north.
  ///   - longitudeDegrees: Degrees east, modulo 360.
  /// - Returns: The volcano and its distance along the sphere, km; `nil` if there are no volcanoes.
  public func callAsFunction(
    latitudeDegrees: Double, longitudeDegrees: Double
  ) -> (place: VolcanoPlace, kilometres: Double)? {
    let here = Self.direction(latitudeDegrees, longitudeDegrees)
    var nearest: Int?
    var least = Double.infinity
    for (index, direction) in directions.enumerated() {
      // The chord is exact for small distances, unlike the angle between the directions.
      let chord = direction - here
      let square = (chord * chord).sum()
      if square < least { (nearest, least) = (index, square) }
    }
    return nearest.map { (places[$0], 2 * Self.earthRadiusKilometres * asin(min(1, least.squareRoot() / 2))) }
  }

  private static func direction(_ latitudeDegrees: Double, _ longitudeDegrees: Double) -> SIMD3<Double> {
    let (latitude, longitude) = (latitudeDegrees * .pi / 180, longitudeDegrees * .pi / 180)
    return SIMD3(cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }
}
