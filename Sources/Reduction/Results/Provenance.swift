import Ledger

/// Which model each score of a sweep is of, and what it was computed from.
struct Provenance: Sendable {
  /// Digits of a SHA-256 that tell a few models apart.
  private static let digits = 12

  private let model: String
  /// The oldest first.
  private let earlier: [EarlierScoring]
  private let fromActivations: Set<Int>

  init(_ ledger: Ledger, identity: SweepIdentity) throws {
    model = String(identity.modelSHA256.prefix(Self.digits))
    earlier = try ledger.earlierScorings()
    fromActivations = try ledger.scoredFromActivations()
  }

  /// The model's SHA-256, as much of it as lists say. A score that a new model left valid is its own model's.
  func model(of interferogram: JudgedInterferogram) -> String {
    guard case .scored = interferogram.outcome else { return "" }
    let scoring = interferogram.epoch.flatMap { epoch in earlier.first { epoch <= $0.lastEpoch } }
    return scoring.map { String($0.identity.modelSHA256.prefix(Self.digits)) } ?? model
  }

  func source(of interferogram: JudgedInterferogram) -> String {
    guard case .scored = interferogram.outcome else { return "" }
    return fromActivations.contains(interferogram.number) ? "activations" : "pixels"
  }
}
