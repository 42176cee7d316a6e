import GRDB

/// Which outcomes a change of model or method leaves invalid.
///
/// Where the method stays, an interferogram whose patches the gate called background, all of them, has the same score by
/// any model, and one whose pixels cannot be judged stays so. One that cost its workers their lives is tried again: the
/// model may have been too large for them; and so is one that could not be read.
public struct StaleOutcomes: Hashable, Sendable {
  /// Also those without any patch that went to the network.
  public var includesUnjudged: Bool
  /// Beginnings of the reasons of rejections that may not hold any more.
  public var rejections: [String]

  public init(includesUnjudged: Bool, rejections: [String]) {
    self.includesUnjudged = includesUnjudged
    self.rejections = rejections
  }

  /// Of a row of `interferogram` with its row of `score`.
  var condition: String {
    let scored = includesUnjudged ? "outcome = 1" : "outcome = 1 AND kept_patches > 0"
    let rejected = rejections.map { _ in " OR outcome = 2 AND substr(reason, 1, ?) = ?" }.joined()
    return "(\(scored) OR outcome IN (3, 4)\(rejected))"
  }

  /// For the question marks of ``condition``.
  var arguments: [any DatabaseValueConvertible] {
    rejections.flatMap { [$0.count, $0] as [any DatabaseValueConvertible] }
  }
}
