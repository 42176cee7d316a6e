/// Settings of the fringe gate; see ``FringeGate``. `jobs/edge-gate/README.md` describes how the defaults were found.
public struct FringeGateParameters: Hashable, Sendable, Codable {
  /// The fraction of a patch's pixels that must lie on a wrap edge, in the mean over all constants that may be
  /// added to the phase, for the patch to go to the network, 0…1. One fringe around a source with a half-width of
  /// 10 pixels is 0.0016 of a patch of 224 × 224.
  public var minimumEdgeShare = 0.0005
  /// Where coherence is known, the mean below which pixels count as decorrelated, 0…1.
  public var coherenceThreshold: Float = 0.1
  /// The coherence of the phase's gradient below which pixels count as decorrelated, 0…1.
  public var phaseCoherenceThreshold: Float = 0.85

  public init() {}

  /// What is wrong with these settings, by the names that they have in jobs; `nil` where nothing is.
  public var problem: String? {
    for (name, fraction) in [
      ("minimum-edge-fraction", minimumEdgeShare), ("coherence-threshold", Double(coherenceThreshold)),
      ("phase-coherence-threshold", Double(phaseCoherenceThreshold)),
    ] where !EdgeGateParameters.fractions.contains(fraction) {
      return "\(name) is \(fraction), expected 0…1"
    }
    return nil
  }
}
