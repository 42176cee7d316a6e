import Foundation
import Interferometry
import Ledger
import Tables

/// An interferogram with all that lists say of it.
struct ListedInterferogram: Sendable {
  let id: InterferogramID
  let outcome: Interferometry.Outcome?
  let geoTransform: GeoTransform
  /// Which model's score it is, by the first digits of its SHA-256; empty where there is none.
  var model = ""
  /// What that was computed from.
  var source = ""
  /// Why its stored outcome does not count; `nil` where nothing is wrong.
  var damage: String?

  var result: DetectionResult? {
    if case .scored(let result) = outcome { result } else { nil }
  }

  var score: InterferogramScore? {
    switch outcome {
    case .scored(let result):
      InterferogramScore(
        volcano: id.volcano, id: id.description,
        outcome: .scored(maximumProbability: Self.exact(result.maximumProbability)))
    case .rejected: InterferogramScore(volcano: id.volcano, id: id.description, outcome: .rejected)
    case .unreadable: InterferogramScore(volcano: id.volcano, id: id.description, outcome: .unreadable)
    case .quarantined: InterferogramScore(volcano: id.volcano, id: id.description, outcome: .quarantined)
    case nil: nil
    }
  }

  /// The decimal number that a float32 prints as, so that lists show 0.9 and not 0.8999999761581421.
  static func exact(_ value: Float) -> Double { Double(String(value)) ?? Double(value) }

  /// Area of a number of pixels at the place of the peak, km².
  func squareKilometres(_ pixels: Int, _ result: DetectionResult) -> Double {
    let degree = 111.19492664
    let height = abs(geoTransform.latitudeStep) * degree
    let width = abs(geoTransform.longitudeStep) * degree * cos(result.latitudeDegrees * .pi / 180)
    return Double(pixels) * height * width
  }
}

/// The lists of interferograms that a sweep ends with.
enum CandidateTables {
  /// Every interferogram of the plan with its outcome, by name.
  static func all(_ interferograms: [ListedInterferogram]) -> String {
    var table = CommaSeparatedTable(header: ["interferogram", "outcome", "reason"] + columns + sources)
    for interferogram in interferograms.sorted(by: { $0.id < $1.id }) {
      let (outcome, reason) =
        switch interferogram.outcome {
        case .scored: ("scored", "")
        case .rejected(let reason): ("rejected", reason)
        case .unreadable(let reason): ("unreadable", reason)
        // The ledger's words name hosts and durations, which are others in another run; volcsweep why shows them.
        case .quarantined(let cause): ("quarantined", QuarantineCause(cause: cause).description)
        case nil: interferogram.damage.map { ("damaged", $0) } ?? ("open", "")
        }
      table.append(
        [interferogram.id.description, outcome, reason] + fields(interferogram)
          + [interferogram.model, interferogram.source])
    }
    return table.text
  }

  /// The candidates in rank order.
  static func candidates(_ ranked: [ListedInterferogram]) -> String {
    var table = CommaSeparatedTable(header: ["rank", "interferogram"] + columns + sources)
    for (place, interferogram) in ranked.enumerated() {
      table.append(
        [String(place + 1), interferogram.id.description] + fields(interferogram)
          + [interferogram.model, interferogram.source])
    }
    return table.text
  }

  /// Where a score comes from, behind what it is.
  private static let sources = ["model", "computed_from"]

  private static let columns = [
    "volcano", "frame", "primary_date", "secondary_date", "span_days", "maximum_probability", "latitude",
    "longitude", "row", "column", "pixels_above_0.5", "pixels_above_0.8", "km2_above_0.5", "km2_above_0.8",
    "kept_patches", "total_patches", "no_data_share", "mean_coherence", "box_row", "box_column", "box_half_height",
    "box_half_width", "box_west", "box_south", "box_east", "box_north",
  ]

  private static func fields(_ interferogram: ListedInterferogram) -> [String] {
    let id = interferogram.id
    let place = [
      id.volcano, id.frame, id.pair.primary.description, id.pair.secondary.description, String(id.pair.spanDays),
    ]
    guard let result = interferogram.result else {
      return place + [String](repeating: "", count: columns.count - place.count)
    }
    return place + [
      String(result.maximumProbability), degrees(result.latitudeDegrees),
      degrees(Longitude.normalized(result.longitudeDegrees)),
      String(result.row), String(result.column), String(result.pixelsAbove05), String(result.pixelsAbove08),
      decimal(interferogram.squareKilometres(result.pixelsAbove05, result), places: 3),
      decimal(interferogram.squareKilometres(result.pixelsAbove08, result), places: 3),
      String(result.keptPatches), String(result.patchProbabilities.count), String(result.noDataShare),
      result.meanCoherence.map { String($0) } ?? "",
    ] + (interferogram.box?.fields ?? [String](repeating: "", count: 8))
  }

  static func degrees(_ value: Double) -> String { decimal(value, places: 6) }

  static func decimal(_ value: Double, places: Int) -> String { String(format: "%.\(places)f", value) }
}
