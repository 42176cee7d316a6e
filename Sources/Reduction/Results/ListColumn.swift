import Foundation
import Interferometry

/// A column of the lists of interferograms, declared once for CSV fields and GeoJSON properties, which have the
/// same names and values.
struct ListColumn: Sendable {
  /// A value in either format.
  enum Value: Sendable {
    case text(String)
    /// A decimal number, written the same in both.
    case number(String)
    /// An empty field, or `null`.
    case missing

    static func whole(_ value: Int) -> Value { .number(String(value)) }
    static func decimal(_ value: Double, places: Int) -> Value {
      .number(String(format: "%.\(places)f", value))
    }
    static func degrees(_ value: Double) -> Value { decimal(value, places: 6) }
    /// The shortest decimal that parses to the same number.
    static func exact(_ value: Float) -> Value { value.isFinite ? .number(String(value)) : .missing }
  }

  let name: String
  let value: @Sendable (ListedInterferogram) -> Value

  init(_ name: String, _ value: @escaping @Sendable (ListedInterferogram) -> Value) {
    self.name = name
    self.value = value
  }

  /// A column of a score; missing if there is none.
  private static func ofScore(
    _ name: String, _ value: @escaping @Sendable (ListedInterferogram, DetectionResult) -> Value
  ) -> ListColumn {
    ListColumn(name) { interferogram in interferogram.result.map { value(interferogram, $0) } ?? .missing }
  }

  /// A column of the location head's box; missing if there is none.
  private static func ofBox(
    _ name: String, _ value: @escaping @Sendable (ListedBox) -> Value
  ) -> ListColumn {
    ListColumn(name) { $0.box.map(value) ?? .missing }
  }

  /// Columns of all lists, in order.
  static let shared: [ListColumn] = [
    ListColumn("volcano") { .text($0.id.volcano) },
    ListColumn("frame") { .text($0.id.frame) },
    ListColumn("primary_date") { .text($0.id.pair.primary.iso8601) },
    ListColumn("secondary_date") { .text($0.id.pair.secondary.iso8601) },
    ListColumn("span_days") { .whole($0.id.pair.spanDays) },
    ofScore("maximum_probability") { .exact($1.maximumProbability) },
    ofScore("latitude") { .degrees($1.latitudeDegrees) },
    ofScore("longitude") { .degrees(Longitude.normalized($1.longitudeDegrees)) },
    ofScore("row") { .whole($1.row) },
    ofScore("column") { .whole($1.column) },
    ofScore("pixels_above_0.5") { .whole($1.pixelsAbove05) },
    ofScore("pixels_above_0.8") { .whole($1.pixelsAbove08) },
    ofScore("km2_above_0.5") { .decimal($0.squareKilometres($1.pixelsAbove05, $1), places: 3) },
    ofScore("km2_above_0.8") { .decimal($0.squareKilometres($1.pixelsAbove08, $1), places: 3) },
    ofScore("kept_patches") { .whole($1.keptPatches) },
    ofScore("total_patches") { .whole($1.patchProbabilities.count) },
    ofScore("no_data_share") { .exact($1.noDataShare) },
    ofScore("mean_coherence") { $1.meanCoherence.map(Value.exact) ?? .missing },
    ofScore("scale") { .whole($1.peakScale) },
    ListColumn("nearest_volcano") { $0.nearest.map { .text($0.volcano) } ?? .missing },
    ListColumn("nearest_volcano_km") { $0.nearest.map { .decimal($0.kilometres, places: 1) } ?? .missing },
    ofBox("box_row") { .decimal(Double($0.box.centreRow), places: 2) },
    ofBox("box_column") { .decimal(Double($0.box.centreColumn), places: 2) },
    ofBox("box_half_height") { .decimal(Double($0.box.halfHeight), places: 2) },
    ofBox("box_half_width") { .decimal(Double($0.box.halfWidth), places: 2) },
    ofBox("box_west") { .degrees($0.extent.west) },
    ofBox("box_south") { .degrees($0.extent.south) },
    ofBox("box_east") { .degrees($0.extent.east) },
    ofBox("box_north") { .degrees($0.extent.north) },
    ListColumn("model") { $0.model.isEmpty ? .missing : .text($0.model) },
    ListColumn("computed_from") { $0.source.isEmpty ? .missing : .text($0.source) },
  ]

  /// Columns before the shared ones in the list of all interferograms.
  static let outcomes: [ListColumn] = [
    interferogram, ListColumn("outcome") { .text($0.outcomeName) },
    ListColumn("reason") { $0.reason.isEmpty ? .missing : .text($0.reason) },
  ]

  /// The interferogram's name.
  static let interferogram = ListColumn("interferogram") { .text($0.id.description) }

  /// The last column of all lists when a prior is stated.
  private static let atPrior = ListColumn("probability_at_prior") {
    // At small priors most of these are small, and differ in their first digits.
    $0.probabilityAtPrior.map { .exact(Float($0)) } ?? .missing
  }

  /// Columns of the list of all interferograms.
  static func all(hasPrior: Bool = false) -> [ListColumn] { outcomes + shared + (hasPrior ? [atPrior] : []) }
  /// Columns of the list of candidates, after `rank`.
  static func candidates(hasPrior: Bool = false) -> [ListColumn] {
    [interferogram] + shared + (hasPrior ? [atPrior] : [])
  }
}

extension ListColumn.Value {
  /// The field of a CSV file.
  var field: String {
    switch self {
    case .text(let text), .number(let text): text
    case .missing: ""
    }
  }

  /// The value of a JSON property.
  func json() throws -> String {
    switch self {
    case .text(let text):
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      return String(decoding: try encoder.encode(text), as: UTF8.self)
    case .number(let text): return text
    case .missing: return "null"
    }
  }
}
