import Foundation

/// Inverse discrete Fourier transform of a square complex array whose side is a power of two, without
/// scaling: x[r, c] = Σ X[j, k] e^(2πi (rj + ck) / n).
struct FourierTransform {
  let side: Int
  private let cosines: [Float]
  private let sines: [Float]

  init(side: Int) {
    precondition(side > 1 && side & (side - 1) == 0, "the side is a power of two")
    self.side = side
    cosines = (0..<side / 2).map { Float(cos(2 * .pi * Double($0) / Double(side))) }
    sines = (0..<side / 2).map { Float(sin(2 * .pi * Double($0) / Double(side))) }
  }

  /// Transforms in place. Both arrays have side × side elements, row-major.
  ///
  /// - Parameters:
  ///   - real: Real parts.
  ///   - imaginary: Imaginary parts.
  ///   - rows: Number of rows needed; the rows after them are undefined. `nil` for all.
  func invert(real: inout [Float], imaginary: inout [Float], rows: Int? = nil) {
    precondition(real.count == side * side && imaginary.count == side * side, "the arrays are side × side")
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        for wanted in [side, min(side, rows ?? side)] {
          transformColumns(real, imaginary, count: wanted)
          transpose(real)
          transpose(imaginary)
        }
      }
    }
  }

  /// Transforms the first columns in bands that fit into the cache: each butterfly then runs along rows,
  /// which vectorises.
  private func transformColumns(
    _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>,
    count: Int
  ) {
    let band = min(side, 32)
    for first in stride(from: 0, to: count, by: band) {
      reverseBits(real, first, band)
      reverseBits(imaginary, first, band)
      var half = 1
      while half < side {
        for start in stride(from: 0, to: side, by: 2 * half) {
          for offset in 0..<half {
            let angle = offset * (side / (2 * half))
            butterfly(
              real, imaginary, upper: (start + offset) * side + first,
              lower: (start + offset + half) * side + first, count: band, cosines[angle], sines[angle])
          }
        }
        half *= 2
      }
    }
  }

  @inline(__always)
  private func butterfly(
    _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>, upper: Int,
    lower: Int, count: Int, _ cosine: Float, _ sine: Float
  ) {
    for column in 0..<count {
      let turnedReal = real[lower + column] * cosine - imaginary[lower + column] * sine
      let turnedImaginary = real[lower + column] * sine + imaginary[lower + column] * cosine
      real[lower + column] = real[upper + column] - turnedReal
      imaginary[lower + column] = imaginary[upper + column] - turnedImaginary
      real[upper + column] += turnedReal
      imaginary[upper + column] += turnedImaginary
    }
  }

  private func reverseBits(_ values: UnsafeMutableBufferPointer<Float>, _ first: Int, _ count: Int) {
    let shift = UInt.bitWidth - side.trailingZeroBitCount
    for row in 0..<side {
      let other = Int(Self.reversed(UInt(row)) >> UInt(shift))
      guard other > row else { continue }
      for column in first..<first + count { values.swapAt(row * side + column, other * side + column) }
    }
  }

  private static func reversed(_ value: UInt) -> UInt {
    var rest = value
    var result: UInt = 0
    for _ in 0..<UInt.bitWidth {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }

  private func transpose(_ values: UnsafeMutableBufferPointer<Float>) {
    let tile = min(side, 32)
    for top in stride(from: 0, to: side, by: tile) {
      for left in stride(from: top, to: side, by: tile) {
        for row in top..<top + tile {
          for column in max(left, row + 1)..<max(left + tile, row + 1) {
            values.swapAt(row * side + column, column * side + row)
          }
        }
      }
    }
  }
}
