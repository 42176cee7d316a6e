import Foundation
import Interferometry

/// An interferogram with all values of the lists.
struct ListedInterferogram: Sendable {
  let id: InterferogramID
  let outcome: Interferometry.Outcome?
  let geoTransform: GeoTransform
  /// Size of the raster; `nil` if it is unknown.
  var grid: Grid?
  /// The model of its score, by the first digits of its SHA-256; empty if there is none.
  var model = ""
  /// What the score was computed from.
  var source = ""
  /// Why its stored outcome is ignored; `nil` if it is intact.
  var damage: String?
  /// The volcano nearest to the place of Pmax; `nil` without volcanoes whose place is known.
  var nearest: (volcano: String, kilometres: Double)?
  /// The probability that it deforms under a stated prior; `nil` without one.
  var probabilityAtPrior: Double?

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

  /// Name of its outcome.
  var outcomeName: String {
    switch outcome {
    case .scored: "scored"
    case .rejected: "rejected"
    case .unreadable: "unreadable"
    case .quarantined: "quarantined"
    case nil: damage == nil ? "open" : "damaged"
    }
  }

  /// Why it was not scored; empty if it was, or is open.
  var reason: String {
    switch outcome {
    case .rejected(let reason), .unreadable(let reason): reason
    // The stored text names hosts and durations, which differ between runs; `volcsweep why` shows it.
    case .quarantined(let cause): QuarantineCause(cause: cause).description
    case .scored: ""
    case nil: damage ?? ""
    }
  }

  /// The shortest decimal of a float32, so that lists show 0.9 and not 0.8999999761581421.
  static func exact(_ value: Float) -> Double { Double(String(value)) ?? Double(value) }

  /// Where it deforms; `nil` without a map of its source.
  var deformingArea: DeformingArea? {
    guard let grid, let map = result?.sourceMap else { return nil }
    return DeformingArea(map, grid: grid, transform: geoTransform)
  }

  /// Area of a number of pixels at the location of the peak, km².
  func squareKilometres(_ pixels: Int, _ result: DetectionResult) -> Double {
    let degree = 111.19492664
    let height = abs(geoTransform.latitudeStep) * degree
    let width = abs(geoTransform.longitudeStep) * degree * cos(result.latitudeDegrees * .pi / 180)
    return Double(pixels) * height * width
  }
}
