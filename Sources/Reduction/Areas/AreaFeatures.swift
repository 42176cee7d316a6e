import Interferometry
import Names

/// Deforming areas of candidates as GeoJSON (RFC 7946): one MultiPolygon for each candidate with a map of its
/// source, in rank order.
enum AreaFeatures {
  static func text(_ ranked: [ListedInterferogram]) throws -> String {
    var features: [String] = []
    for interferogram in ranked {
      guard let result = interferogram.result, let area = interferogram.deformingArea else { continue }
      let id = try ListColumn.interferogram.value(interferogram).json()
      let volcano = try ListColumn.Value.text(interferogram.id.volcano).json()
      let probability = try ListColumn.Value.exact(result.maximumProbability).json()
      let size = try ListColumn.Value.decimal(area.squareKilometres, places: 3).json()
      let polygons = area.polygons.map { rings in
        "["
          + rings.map { ring in "[" + ring.map(Self.position).joined(separator: ",") + "]" }.joined(separator: ",")
          + "]"
      }
      features.append(
        "{\"type\":\"Feature\",\"id\":\(id),\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":["
          + polygons.joined(separator: ",") + "]},\"properties\":{\"interferogram\":\(id),\"volcano\":\(volcano),"
          + "\"maximum_probability\":\(probability),\"km2\":\(size)}}")
    }
    let list = "{\"type\":\"FeatureCollection\",\"features\":[" + features.joined(separator: ",\n") + "]}"
    return VisibleText.json(list) + "\n"
  }

  private static func position(_ point: (longitude: Double, latitude: Double)) -> String {
    "[\(ListColumn.Value.degrees(point.longitude).field),\(ListColumn.Value.degrees(point.latitude).field)]"
  }
}
