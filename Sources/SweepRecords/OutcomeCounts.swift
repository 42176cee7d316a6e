/// How many interferograms ended where.
public struct OutcomeCounts: Hashable, Sendable {
  public var planned = 0
  public var scored = 0
  public var rejected = 0
  public var unreadable = 0
  public var quarantined = 0

  public init() {}

  /// Interferograms without an outcome.
  public var open: Int { planned - scored - rejected - unreadable - quarantined }
}
