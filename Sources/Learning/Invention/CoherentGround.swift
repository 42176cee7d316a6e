import Foundation

/// Where the phase of a patch is readable, and how steep it is there. Deformation that is added must stand
/// out from it.
struct CoherentGround {
  /// Spacing of the examined pixels.
  static let step = 4
  /// Smallest length of the mean phasor of 5 × 5 pixels at which the phase counts as readable.
  static let leastLength: Float = 0.7

  /// Examined pixels along each side.
  let side: Int
  /// For every ``step``-th row and column, whether the phase is readable there; side × side.
  let isSeen: [Bool]
  /// 85th percentile of the phase gradient where the phase is readable, cycles per pixel; 1 if it is nowhere
  /// readable.
  let steepness: Float

  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - hasData: For each pixel; pixels without data are ignored.
  ///   - side: Pixels across.
  init(gray: ArraySlice<UInt8>, hasData: [Bool], side: Int) {
    let cells = side / Self.step
    var isSeen = [Bool](repeating: false, count: cells * cells)
    var means = [(real: Float, imaginary: Float)](repeating: (0, 0), count: cells * cells)
    for row in 0..<cells {
      for column in 0..<cells {
        var (real, imaginary): (Float, Float) = (0, 0)
        for y in max(0, row * Self.step - 2)...min(side - 1, row * Self.step + 2) {
          for x in max(0, column * Self.step - 2)...min(side - 1, column * Self.step + 2) {
            let pixel = y * side + x
            guard hasData[pixel] else { continue }
            let value = PhaseWarp.phasor(ofGray: gray[gray.startIndex + pixel])
            real += value.real
            imaginary += value.imaginary
          }
        }
        let cell = row * cells + column
        means[cell] = (real, imaginary)
        isSeen[cell] = (real * real + imaginary * imaginary).squareRoot() > Self.leastLength * 25
      }
    }
    func slope(_ first: Int, _ second: Int) -> Float {
      let (a, b) = (means[first], means[second])
      return atan2(b.imaginary * a.real - b.real * a.imaginary, b.real * a.real + b.imaginary * a.imaginary)
        / (2 * .pi * Float(Self.step))
    }
    var slopes: [Float] = []
    for row in 0..<(cells - 1) {
      for column in 0..<(cells - 1) where isSeen[row * cells + column] {
        let cell = row * cells + column
        let (right, down) = (slope(cell, cell + 1), slope(cell, cell + cells))
        slopes.append((right * right + down * down).squareRoot())
      }
    }
    self.side = cells
    self.isSeen = isSeen
    steepness = slopes.percentile(0.85) ?? 1
  }

  /// Fraction of the patch that is readable, 0…1.
  var seenFraction: Double { Double(isSeen.count { $0 }) / Double(max(1, isSeen.count)) }
}

extension [Float] {
  /// The value below which this fraction of the elements lies; `nil` if empty.
  func percentile(_ fraction: Double) -> Float? {
    guard !isEmpty else { return nil }
    return sorted()[Swift.min(count - 1, Int(fraction * Double(count)))]
  }
}
