import Foundation

/// A one-dimensional Gaussian in units of 1/256, as in OpenCV for 8-bit images: each weight is rounded with
/// the rounding error of the previous one carried over, and the centre completes the sum to 256.
public struct GaussianKernel: Hashable, Sendable {
  /// Standard deviation, pixels.
  public let sigma: Double
  /// Weights from the centre outward, in units of 1/256; the kernel is symmetric.
  public let weights: [Int]

  /// Pixels on either side of the centre.
  public var radius: Int { weights.count - 1 }
  /// Pixels across, odd.
  public var size: Int { 2 * radius + 1 }

  /// - Parameters:
  ///   - sigma: Standard deviation, pixels, above 0.
  ///   - size: Pixels across, odd; by default OpenCV's size for 8-bit images: 6σ + 1, rounded, then the next
  ///     odd number.
  public init(sigma: Double, size: Int? = nil) {
    precondition(sigma > 0, "a Gaussian has a width")
    let size = size ?? Self.size(sigma: sigma)
    precondition(size > 0 && size % 2 == 1, "a kernel has a centre pixel")
    let radius = size / 2
    let halves = (0...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = 2 * halves.dropFirst().reversed().reduce(0, +) + 1
    var weights = [Int](repeating: 0, count: radius + 1)
    var carried = 0.0
    for offset in stride(from: radius, to: 0, by: -1) {
      let exact = halves[offset] / sum * 256 + carried
      let rounded = exact.rounded(.toNearestOrEven)
      carried = exact - rounded
      weights[offset] = Int(rounded)
    }
    weights[0] = 256 - 2 * weights.dropFirst().reduce(0, +)
    self.sigma = sigma
    self.weights = weights
  }

  /// OpenCV's default size for 8-bit images.
  public static func size(sigma: Double) -> Int {
    Int((6 * sigma + 1).rounded(.toNearestOrEven)) | 1
  }
}
