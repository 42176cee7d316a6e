import Foundation
import Interferometry
import Tables

/// Groups volcanoes whose crops overlap into places. A volcano that is not in the table is a place of its
/// own.
public struct PlaceTable: Sendable {
  /// Volcanoes within this distance in latitude and in longitude share a place, degrees.
  public static let nearDegrees = 0.75

  private var places: [String: String] = [:]

  /// An empty table: each volcano is a place of its own.
  public init() {}

  /// Volcanoes nearer than ``nearDegrees`` share a place, directly or through a chain of others; the place
  /// has the name of the first of them.
  public init(coordinates: [String: (latitudeDegrees: Double, longitudeDegrees: Double)]) {
    let names = coordinates.keys.sorted()
    var root = Array(names.indices)
    func find(_ index: Int) -> Int {
      var index = index
      while root[index] != index { index = root[index] }
      return index
    }
    for (later, name) in names.enumerated() {
      for earlier in 0..<later {
        guard let one = coordinates[name], let other = coordinates[names[earlier]] else { continue }
        guard abs(one.latitudeDegrees - other.latitudeDegrees) < Self.nearDegrees,
          Longitude.distance(one.longitudeDegrees, other.longitudeDegrees) < Self.nearDegrees
        else { continue }
        let (first, second) = (find(earlier), find(later))
        root[max(first, second)] = min(first, second)
      }
    }
    for (index, name) in names.enumerated() { places[name] = names[find(index)] }
  }

  /// Reads a table with the columns `volcano` and either `place`, or `latitude` and `longitude` in degrees; a
  /// row without coordinates is a place of its own.
  ///
  /// - Throws: ``DataSetError``.
  public init(contentsOf path: String) throws(DataSetError) {
    let table = try NamedColumns(contentsOf: path)
    let volcanoes = try table.column("volcano")
    if let column = try table.columnIfThere("place") {
      self.init()
      for (volcano, place) in zip(volcanoes, column) { places[volcano] = place }
      return
    }
    let latitudes = try table.column("latitude")
    let longitudes = try table.column("longitude")
    var coordinates: [String: (latitudeDegrees: Double, longitudeDegrees: Double)] = [:]
    for (index, volcano) in volcanoes.enumerated() {
      if latitudes[index].isEmpty || longitudes[index].isEmpty { continue }
      guard let latitude = NumberText.number(latitudes[index]), abs(latitude) <= 90,
        let longitude = NumberText.number(longitudes[index]), abs(longitude) <= 360
      else {
        throw DataSetError(
          file: path,
          problem:
            "line \(table.line(ofRow: index)): “\(volcano)” lies at latitude “\(latitudes[index])” and longitude "
            + "“\(longitudes[index])”, expected degrees such as -0.83 and -91.17")
      }
      coordinates[volcano] = (latitude, longitude)
    }
    self.init(coordinates: coordinates)
  }

  /// The place of a volcano.
  public func place(ofVolcano volcano: String) -> String { places[volcano] ?? volcano }
}
