/// The settings of the edge gate. The defaults are fitted on 2,090 labelled patches so that at most one of the 119
/// deforming ones is gated; how, and what they save, is in `jobs/edge-gate/README.md`.
public struct EdgeGateParameters: Hashable, Sendable, Codable {
  /// Standard deviation of the Gaussian blur, pixels, 0.3…10.
  public var blurSigma = 2.0
  /// Gradient norm (L1, Sobel 3 × 3, 8-bit gray) above which a maximum is an edge if it is connected to a
  /// stronger one, 0…2040.
  public var lowThreshold = 120
  /// Gradient norm above which a maximum is always an edge, 0…2040, at least ``lowThreshold``.
  public var highThreshold = 300
  /// Fraction of a patch's pixels that must be strong edges, 0…1.
  public var minimumEdgeShare = 0.0025
  /// Mean coherence below which a pixel counts as decorrelated, where coherence is known, 0…1.
  public var coherenceThreshold: Float = 0.1
  /// Pixels across the window of the mean coherence, odd, 1…21.
  public var coherenceWindow = 7
  /// Coherence of the phase gradient below which a pixel counts as decorrelated, where coherence is unknown,
  /// 0…1; see ``PhaseGradientFilter``.
  public var phaseCoherenceThreshold: Float = 0.85
  /// Pixels across the window of the phase gradient's coherence, odd, 1…21.
  public var phaseCoherenceWindow = 7

  /// Allowed values of ``blurSigma``, pixels.
  public static let blurSigmas = 0.3...10.0
  /// Allowed values of both thresholds; 2040 is the largest gradient norm of 8-bit gray.
  public static let thresholds = 0...2040
  /// Allowed values of fractions and coherences.
  public static let fractions = 0.0...1.0
  /// Allowed values of both windows, pixels; must be odd.
  public static let windows = 1...WindowSums.widest

  public init() {}

  /// Description of the first invalid setting, by its name in jobs; `nil` if all are valid.
  public var problem: String? {
    if !Self.blurSigmas.contains(blurSigma) {
      return "blur-sigma is \(blurSigma), expected \(Self.words(Self.blurSigmas)) pixels"
    }
    for (name, threshold) in [("low-threshold", lowThreshold), ("high-threshold", highThreshold)]
    where !Self.thresholds.contains(threshold) {
      return "\(name) is \(threshold), expected \(Self.words(Self.thresholds))"
    }
    if lowThreshold > highThreshold {
      return "low-threshold \(lowThreshold) is above high-threshold \(highThreshold)"
    }
    for (name, fraction) in [
      ("minimum-edge-fraction", minimumEdgeShare), ("coherence-threshold", Double(coherenceThreshold)),
      ("phase-coherence-threshold", Double(phaseCoherenceThreshold)),
    ] where !Self.fractions.contains(fraction) {
      return "\(name) is \(fraction), expected \(Self.words(Self.fractions))"
    }
    for (name, window) in [("coherence-window", coherenceWindow), ("phase-coherence-window", phaseCoherenceWindow)]
    where !Self.windows.contains(window) || window % 2 == 0 {
      return "\(name) is \(window), expected an odd number of pixels, \(Self.words(Self.windows))"
    }
    return nil
  }

  private static func words(_ range: ClosedRange<some Comparable>) -> String {
    "\(range.lowerBound)…\(range.upperBound)"
  }
}
