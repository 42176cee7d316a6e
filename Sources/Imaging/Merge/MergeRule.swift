import Foundation

/// How the probabilities of overlapping patches become one probability per pixel. Both weigh a patch's pixels with
/// a Gaussian of a sixth of the patch, in rows times columns.
public enum MergeRule: String, Hashable, Sendable, Codable {
  /// Σ w·P / Σ w, the Gaussian centred on the patch (Anantrasirichai et al. 2018).
  case normalised
  /// Σ w·s·P / (1e-5 + Σ w), as the code behind Biggs et al. 2022 does it: w is the outer product of the normal
  /// density at pixels 0, 1, … with mean size / 2 (half a pixel behind the centre) with itself, scaled to sum 1
  /// over the patch; 1e-5 is the weight every pixel starts from; s is the share of the patch's pixels whose gray
  /// is not 0. Even P = 1 in every patch gives a map below 1.
  case reference

  /// The weight every pixel starts from under ``reference``.
  static let baseWeight = 1e-5

  /// One axis of the weights of a patch.
  func profile(size: Int) -> [Double] {
    let mean = self == .normalised ? Double(size - 1) / 2 : Double(size) / 2
    let sigma = Double(size) / 6
    let values = (0..<size).map { exp(-0.5 * (Double($0) - mean) * (Double($0) - mean) / (sigma * sigma)) }
    // Scaling each axis to sum 1 scales their outer product to sum 1.
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }
}
