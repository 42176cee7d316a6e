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

  public init() {}

  /// What is wrong with these settings, in words for whoever wrote them; `nil` where nothing is.
  public var problem: String? {
    if !(0.3...10).contains(blurSigma) { return "blurSigma is \(blurSigma), expected 0.3…10 pixels" }
    if !(0...2040).contains(lowThreshold) { return "lowThreshold is \(lowThreshold), expected 0…2040" }
    if !(0...2040).contains(highThreshold) { return "highThreshold is \(highThreshold), expected 0…2040" }
    if lowThreshold > highThreshold {
      return "lowThreshold \(lowThreshold) is above highThreshold \(highThreshold)"
    }
    for (name, share) in [
      ("minimumEdgeShare", minimumEdgeShare), ("coherenceThreshold", Double(coherenceThreshold)),
      ("phaseCoherenceThreshold", Double(phaseCoherenceThreshold)),
    ] where !(0...1).contains(share) {
      return "\(name) is \(share), expected 0…1"
    }
    for (name, window) in [("coherenceWindow", coherenceWindow), ("phaseCoherenceWindow", phaseCoherenceWindow)]
    where !(1...WindowSums.widest).contains(window) || window % 2 == 0 {
      return "\(name) is \(window), expected an odd number of pixels, 1…\(WindowSums.widest)"
    }
    return nil
  }
}
