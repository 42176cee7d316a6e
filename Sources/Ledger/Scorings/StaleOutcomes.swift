import GRDB

/// The outcomes that a change of model or method invalidates.
///
/// With the same method, an interferogram without a patch that passed the gate has the same score under any
/// model, and one rejected for its pixels stays rejected. Quarantined interferograms are retried, because the
/// model may have been too large for the workers, and so are unreadable ones.
public struct StaleOutcomes: Hashable, Sendable {
  /// Whether those without a patch that passed the gate are invalid, too.
  public var includesUnscored: Bool
  /// Prefixes of the rejection reasons that may not hold any more.
  public var rejections: [String]

  public init(includesUnscored: Bool, rejections: [String]) {
    self.includesUnscored = includesUnscored
    self.rejections = rejections
  }

  /// SQL condition on a row of `interferogram` joined with `score`.
  var condition: String {
    let scored = includesUnscored ? "outcome = 1" : "outcome = 1 AND kept_patches > 0"
    let rejected = rejections.map { _ in " OR outcome = 2 AND substr(reason, 1, ?) = ?" }.joined()
    return "(\(scored) OR outcome IN (3, 4)\(rejected))"
  }

  /// Values for the placeholders of ``condition``.
  var arguments: [any DatabaseValueConvertible] {
    rejections.flatMap { [$0.count, $0] as [any DatabaseValueConvertible] }
  }
}
