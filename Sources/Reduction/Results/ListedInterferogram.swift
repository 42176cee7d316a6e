import Foundation
import Interferometry

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

  /// How it ended.
  var outcomeName: String {
    switch outcome {
    case .scored: "scored"
    case .rejected: "rejected"
    case .unreadable: "unreadable"
    case .quarantined: "quarantined"
    case nil: damage == nil ? "open" : "damaged"
    }
  }

  /// Why it was not scored; empty where it was, and while it is open.
  var reason: String {
    switch outcome {
    case .rejected(let reason), .unreadable(let reason): reason
    // The ledger's words name hosts and durations, which are others in another run; volcsweep why shows them.
    case .quarantined(let cause): QuarantineCause(cause: cause).description
    case .scored: ""
    case nil: damage ?? ""
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
