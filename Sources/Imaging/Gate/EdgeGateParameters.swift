/// The settings of the edge gate. The defaults are fitted on 2,090 labelled patches so that at most one of the 119
/// deforming ones is gated; how, and what they save, is told beside the fit in `Fit/README.md`.
public struct EdgeGateParameters: Hashable, Sendable, Codable {
  /// Standard deviation of the Gaussian blur, pixels, 0.3…10.
  public var blurSigma = 2.0
  /// Gradient norm (L1, Sobel 3 × 3, 8-bit gray) above which a maximum is an edge if it hangs together with a
  /// stronger one, 0…2040.
  public var lowThreshold = 120
  /// Gradient norm above which a maximum is an edge by itself, 0…2040, not below ``lowThreshold``.
  public var highThreshold = 300
  /// The share of a patch's pixels that must be strong edges for the patch to go to the network, 0…1.
  public var minimumEdgeShare = 0.0025
  /// Where coherence is known, the mean below which a pixel counts as decorrelated, 0…1.
  public var coherenceThreshold: Float = 0.1
  /// Pixels across the window of that mean, odd, 1…21.
  public var coherenceWindow = 7
  /// Elsewhere, the coherence of the phase gradient below which a pixel counts as decorrelated, 0…1; see
  /// ``PhaseGradientFilter``.
  public var phaseCoherenceThreshold: Float = 0.85
  /// Pixels across the window of that statistic, odd, 1…21.
  public var phaseCoherenceWindow = 7

  /// The allowed values of ``blurSigma``, pixels.
  public static let blurSigmas = 0.3...10.0
  /// The allowed values of both thresholds: 2040 is the largest gradient norm of 8-bit gray.
  public static let thresholds = 0...2040
  /// The allowed values of shares and coherences.
  public static let shares = 0.0...1.0
  /// The allowed values of both windows, pixels; only odd ones.
  public static let windows = 1...WindowSums.widest

  public init() {}

  /// What is wrong with these settings, by the names that they have in jobs; `nil` where nothing is.
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
    for (name, share) in [
      ("minimum-edge-fraction", minimumEdgeShare), ("coherence-threshold", Double(coherenceThreshold)),
      ("phase-coherence-threshold", Double(phaseCoherenceThreshold)),
    ] where !Self.shares.contains(share) {
      return "\(name) is \(share), expected \(Self.words(Self.shares))"
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
