import Foundation

/// Texture features of a patch: grey-level co-occurrence (Haralick 1973) and local binary patterns (Ojala et
/// al. 2002). Pixels without data are left out.
public struct TextureFeatures: Sendable {
  /// Grays are quantised to this many levels.
  static let levels = 16
  /// Offsets of co-occurring pixels, down and right, at distances 1, 4 and 12.
  static let offsets: [(down: Int, right: Int)] = [1, 4, 12].flatMap { (far: Int) -> [(down: Int, right: Int)] in
    [(0, far), (far, 0), (far, far), (far, -far)]
  }
  static let statistics = ["contrast", "homogeneity", "energy", "entropy", "correlation"]
  static let radii = [1, 3]
  /// Rotation-invariant uniform patterns of eight neighbours: 0…8 brighter neighbours in one run, and one
  /// class for all others.
  static let patterns = 10

  /// Number of features.
  public static let count = offsets.count * statistics.count + radii.count * patterns + 1

  /// Computes the features of a patch.
  ///
  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - hasData: For each pixel.
  ///   - side: Pixels across.
  /// - Returns: ``count`` finite numbers.
  public static func features(of gray: ArraySlice<UInt8>, hasData: [Bool], side: Int) -> [Double] {
    precondition(gray.count == side * side && hasData.count == gray.count, "the patch is a square")
    var features: [Double] = []
    let steps = gray.map { Int($0) * levels / 256 }
    for (down, right) in offsets {
      features += statistics(ofPairs: pairs(steps, hasData, side, down, right))
    }
    let pixels = Array(gray)
    for radius in radii { features += binaryPatterns(pixels, hasData, side, radius) }
    features.append(Double(hasData.count { $0 }) / Double(hasData.count))
    return features
  }

  /// Symmetric co-occurrence counts, levels × levels.
  private static func pairs(_ steps: [Int], _ hasData: [Bool], _ side: Int, _ down: Int, _ right: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: levels * levels)
    for row in 0..<max(0, side - down) {
      for column in max(0, -right)..<max(max(0, -right), side - max(0, right)) {
        let (one, other) = (row * side + column, (row + down) * side + column + right)
        guard hasData[one], hasData[other] else { continue }
        counts[steps[one] * levels + steps[other]] += 1
        counts[steps[other] * levels + steps[one]] += 1
      }
    }
    return counts
  }

  static func statistics(ofPairs counts: [Double]) -> [Double] {
    let sum = counts.reduce(0, +)
    guard sum > 0 else { return Array(repeating: 0, count: statistics.count) }
    var (contrast, homogeneity, energy, entropy, mean, square, product) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for one in 0..<levels {
      for other in 0..<levels {
        let fraction = counts[one * levels + other] / sum
        guard fraction > 0 else { continue }
        let distance = Double(one - other)
        contrast += fraction * distance * distance
        homogeneity += fraction / (1 + distance * distance)
        energy += fraction * fraction
        entropy -= fraction * log2(fraction)
        mean += fraction * Double(one)
        square += fraction * Double(one * one)
        product += fraction * Double(one * other)
      }
    }
    let variance = square - mean * mean
    return [contrast, homogeneity, energy, entropy, variance > 1e-12 ? (product - mean * mean) / variance : 1]
  }

  /// Frequency of each rotation-invariant uniform pattern; the eight neighbours lie on the square of this
  /// radius.
  private static func binaryPatterns(_ gray: [UInt8], _ hasData: [Bool], _ side: Int, _ radius: Int) -> [Double] {
    let ring = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
      .map { ($0.0 * radius) * side + $0.1 * radius }
    var counts = [Double](repeating: 0, count: patterns)
    var sum = 0.0
    for row in radius..<max(radius, side - radius) {
      for column in radius..<max(radius, side - radius) {
        let pixel = row * side + column
        guard hasData[pixel] else { continue }
        var (bits, isWhole) = (0, true)
        for (number, offset) in ring.enumerated() {
          isWhole = isWhole && hasData[pixel + offset]
          if gray[pixel + offset] >= gray[pixel] { bits |= 1 << number }
        }
        guard isWhole else { continue }
        let turned = (bits << 1 | bits >> 7) & 0xFF
        let changes = (bits ^ turned).nonzeroBitCount
        counts[changes <= 2 ? bits.nonzeroBitCount : patterns - 1] += 1
        sum += 1
      }
    }
    return sum > 0 ? counts.map { $0 / sum } : counts
  }
}
