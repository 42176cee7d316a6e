import Foundation

/// Where a patch's phase can be read, and how steep it is there: deformation that is laid over it must be seen.
struct CoherentGround {
  /// Pixels from one looked at to the next.
  static let step = 4
  /// The length of the mean phasor of 5 × 5 pixels from which on the phase counts as readable.
  static let leastLength: Float = 0.7

  /// Pixels looked at across the patch.
  let side: Int
  /// For every ``step``-th row and column whether the phase is readable there.
  let isSeen: [Bool]
  /// The 85th percentile of the phase's slope where it is readable, cycles a pixel; 1 where nothing is.
  let steepness: Float

  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - hasData: For each pixel; the others are no phase.
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

  /// The share of the patch that can be read, 0…1.
  var seenShare: Double { Double(isSeen.count { $0 }) / Double(max(1, isSeen.count)) }
}

extension [Float] {
  /// The value below which this share of all lie; `nil` of none.
  func percentile(_ share: Double) -> Float? {
    guard !isEmpty else { return nil }
    return sorted()[Swift.min(count - 1, Int(share * Double(count)))]
  }
}
