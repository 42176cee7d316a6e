/// How many interferograms ended where.
public struct OutcomeCounts: Hashable, Sendable {
  /// All interferograms of the sweep, with and without an outcome.
  public var planned = 0
  /// Interferograms with a probability map.
  public var scored = 0
  /// Interferograms whose pixels were unsuitable, for example with too little data.
  public var rejected = 0
  /// Interferograms that no worker could read.
  public var unreadable = 0
  /// Interferograms whose workers crashed or hung at every attempt.
  public var quarantined = 0

  public init() {}

  /// Interferograms without an outcome.
  public var open: Int { planned - scored - rejected - unreadable - quarantined }
}
