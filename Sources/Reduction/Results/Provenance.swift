import Ledger

/// The model of each score of a sweep, and what the score was computed from.
struct Provenance: Sendable {
  /// Digits of a SHA-256 that suffice to distinguish models.
  private static let digits = 12

  private let model: String
  /// Oldest first.
  private let earlier: [EarlierScoring]
  private let fromActivations: Set<Int>

  init(_ ledger: Ledger, identity: SweepIdentity) throws {
    model = String(identity.modelSHA256.prefix(Self.digits))
    earlier = try ledger.earlierScorings()
    fromActivations = try ledger.scoredFromActivations()
  }

  /// First digits of the model's SHA-256. A score that a new model left valid keeps its own model.
  func model(of interferogram: InterferogramWithOutcome) -> String {
    guard case .scored = interferogram.outcome else { return "" }
    let scoring = interferogram.epoch.flatMap { epoch in earlier.first { epoch <= $0.lastEpoch } }
    return scoring.map { String($0.identity.modelSHA256.prefix(Self.digits)) } ?? model
  }

  func source(of interferogram: InterferogramWithOutcome) -> String {
    guard case .scored = interferogram.outcome else { return "" }
    return fromActivations.contains(interferogram.number) ? "activations" : "pixels"
  }
}
