import Foundation

/// Interferograms by formula: fringes, waves and noise from a seed.
enum SyntheticPhase {
  static func noise(height: Int, width: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<height * width).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return (Float(state >> 40) / Float(1 << 24) * 2 - 1) * .pi
    }
  }

  /// Concentric fringes over correlated waves, with a corner of no data.
  static func fringes(height: Int, width: Int, seed: UInt64) -> [Float] {
    let jitter = noise(height: height, width: width, seed: seed &+ 7)
    let (row0, column0) = (Double(height) * 0.5, Double(width) * (0.4 + 0.02 * Double(seed % 10)))
    let fringes = 2 + Double(seed % 5)
    return (0..<height * width).map { pixel in
      let (row, column) = (pixel / width, pixel % width)
      if row + column < 40 + Int(seed % 60) { return .nan }
      let distance = hypot(Double(row) - row0, Double(column) - column0) / 60
      let bell = fringes * 2 * Double.pi * pow(1 + distance * distance, -1.5)
      let wave = sin(Double(row) / 37 + Double(seed)) + cos(Double(column) / 51)
      let value = bell + wave + Double(jitter[pixel]) * 0.1
      return Float(atan2(sin(value), cos(value)))
    }
  }
}
