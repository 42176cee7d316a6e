import Foundation

/// How probabilities of overlapping patches become one probability per pixel. Both rules weight the pixels of
/// a patch with a two-dimensional Gaussian whose standard deviation is a sixth of the patch.
public enum MergeRule: String, Hashable, Sendable, Codable {
  /// Σ w·P / Σ w, with the Gaussian centred on the patch (Anantrasirichai et al. 2018).
  case normalised
  /// Σ w·s·P / (1e-5 + Σ w), as in the code behind Biggs et al. 2022. w is the outer product of the normal
  /// density at pixels 0, 1, … with mean size / 2 (half a pixel past the centre) with itself, scaled to sum 1
  /// over the patch. 1e-5 is the initial weight of each pixel. s is the fraction of the patch's pixels whose
  /// gray is not 0. Even P = 1 in every patch gives a map below 1.
  case reference

  /// Initial weight of each pixel under ``reference``.
  static let baseWeight = 1e-5

  /// Weights of a patch along one axis; they sum to 1.
  func profile(size: Int) -> [Double] {
    let mean = self == .normalised ? Double(size - 1) / 2 : Double(size) / 2
    let sigma = Double(size) / 6
    let values = (0..<size).map { exp(-0.5 * (Double($0) - mean) * (Double($0) - mean) / (sigma * sigma)) }
    // Scaling each axis to sum 1 scales their outer product to sum 1.
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }
}
