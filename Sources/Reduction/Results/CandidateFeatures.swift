import Interferometry
import Names

/// Candidates as GeoJSON (RFC 7946): one point each, at the location of Pmax, in rank order. Properties have
/// the names of the CSV columns, and are `null` for missing values.
enum CandidateFeatures {
  static func text(_ ranked: [ListedInterferogram], hasPrior: Bool = false) throws -> String {
    var features: [String] = []
    for (place, interferogram) in ranked.enumerated() {
      guard let result = interferogram.result else { continue }
      var properties = ["\"rank\":\(place + 1)"]
      for column in ListColumn.candidates(hasPrior: hasPrior) {
        properties.append("\"\(column.name)\":\(try column.value(interferogram).json())")
      }
      let coordinates = [Longitude.normalized(result.longitudeDegrees), result.latitudeDegrees].map {
        ListColumn.Value.degrees($0).field
      }
      let id = try ListColumn.interferogram.value(interferogram).json()
      features.append(
        "{\"type\":\"Feature\",\"id\":\(id),\"geometry\":{\"type\":\"Point\",\"coordinates\":["
          + coordinates.joined(separator: ",") + "]},\"properties\":{" + properties.joined(separator: ",") + "}}")
    }
    let list = "{\"type\":\"FeatureCollection\",\"features\":[" + features.joined(separator: ",\n") + "]}"
    return VisibleText.json(list) + "\n"
  }
}
