import Foundation

/// Resamples a patch of wrapped phase. Interpolation works on the complex phasor, because the mean of two
/// angles on either side of the wrap is meaningless.
enum PhaseWarp {
  /// Smallest sum of the interpolation weights of pixels with data for which a result is computed; otherwise
  /// it has no data.
  static let leastWeight: Float = 0.5

  private static let cosines: [Float] = (0..<256).map { Float(cos(angle(ofGray: Double($0)))) }
  private static let sines: [Float] = (0..<256).map { Float(sin(angle(ofGray: Double($0)))) }

  private static func angle(ofGray gray: Double) -> Double { (gray - 127.5) / 255 * 2 * .pi }

  /// The gray of an angle in radians; see ``gray(ofTurns:)``.
  static func gray(ofAngle angle: Float) -> UInt8 { gray(ofTurns: angle * (1 / (2 * Float.pi))) }

  /// The gray 0…255 of an angle in cycles, of magnitude up to some millions.
  @inline(__always)
  static func gray(ofTurns turns: Float) -> UInt8 {
    let whole = Float(Int32(turns + (turns < 0 ? -0.5 : 0.5)))
    // The sum is 0.5…255.5 before truncation.
    return UInt8(truncatingIfNeeded: min(255, Int32((turns - whole) * 255 + 128)))
  }

  /// The angle of a phasor, cycles in −0.5…0.5. A polynomial with an error below 1e-5 radians; one gray is
  /// 0.025 radians.
  @inline(__always)
  static func turns(real: Float, imaginary: Float) -> Float {
    let (x, y) = (abs(real), abs(imaginary))
    let ratio = min(x, y) / max(max(x, y), .leastNormalMagnitude)
    let square = ratio * ratio
    let high = (-0.011_721_2 * square + 0.052_653_32) * square - 0.116_432_87
    let sum = ((high * square + 0.193_543_46) * square - 0.332_623_47) * square + 0.999_977_26
    var turns = ratio * sum * (1 / (2 * Float.pi))
    if y > x { turns = 0.25 - turns }
    if real < 0 { turns = 0.5 - turns }
    return imaginary < 0 ? -turns : turns
  }

  static func angle(ofGray gray: UInt8) -> Float { Float(angle(ofGray: Double(gray))) }

  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - hasData: For each pixel; pixels without data contribute to no result.
  ///   - side: Pixels across.
  ///   - map: Where each pixel goes.
  ///   - mirrors: Whether the area beyond the edges is filled with the mirror image; otherwise it has no
  ///     data.
  ///   - blends: Whether values between pixels are interpolated; otherwise the nearest pixel is taken.
  /// - Returns: side × side grays, ``LabelledPatches/noData`` where there is no data.
  static func warp(
    _ gray: ArraySlice<UInt8>, hasData: [Bool], side: Int, by map: PlanarMap, mirrors: Bool,
    blends: Bool = true
  ) -> [UInt8] {
    let back = map.inverse
    // Source index of each row or column, from one side length before the patch to one after it.
    let sourceIndices = (-side..<(2 * side)).map { index(of: $0, side, mirrors) }
    guard blends else { return nearest(gray, hasData, side, back, sourceIndices) }
    let (cosines, sines) = (Self.cosines, Self.sines)
    return [UInt8](unsafeUninitializedCapacity: side * side) { result, count in
      gray.withUnsafeBufferPointer { gray in
        hasData.withUnsafeBufferPointer { hasData in
          for row in 0..<side {
            for column in 0..<side {
              let from = back.apply(x: Double(column), y: Double(row))
              // The added integer makes truncation round down.
              let (left, top) = (Int(from.x + 65_536) - 65_536, Int(from.y + 65_536) - 65_536)
              let (right, down) = (Float(from.x - Double(left)), Float(from.y - Double(top)))
              var (real, imaginary, weight): (Float, Float, Float) = (0, 0, 0)
              for dy in 0...1 {
                let y = top + dy + side
                guard y >= 0, y < 3 * side, sourceIndices[y] >= 0 else { continue }
                for dx in 0...1 {
                  let x = left + dx + side
                  guard x >= 0, x < 3 * side, sourceIndices[x] >= 0 else { continue }
                  let pixel = sourceIndices[y] * side + sourceIndices[x]
                  guard hasData[pixel] else { continue }
                  let factor = (dy == 0 ? 1 - down : down) * (dx == 0 ? 1 - right : right)
                  let value = Int(gray[pixel])
                  real += factor * cosines[value]
                  imaginary += factor * sines[value]
                  weight += factor
                }
              }
              result[row * side + column] =
                weight >= leastWeight
                ? Self.gray(ofTurns: turns(real: real, imaginary: imaginary)) : LabelledPatches.noData
            }
          }
        }
      }
      count = side * side
    }
  }

  private static func nearest(
    _ gray: ArraySlice<UInt8>, _ hasData: [Bool], _ side: Int, _ back: PlanarMap, _ sourceIndices: [Int]
  ) -> [UInt8] {
    var result = [UInt8](repeating: LabelledPatches.noData, count: side * side)
    for row in 0..<side {
      for column in 0..<side {
        let from = back.apply(x: Double(column), y: Double(row))
        // The added integer makes truncation round to the nearest.
        let (x, y) = (Int(from.x + 65_536.5) - 65_536 + side, Int(from.y + 65_536.5) - 65_536 + side)
        guard sourceIndices.indices.contains(x), sourceIndices.indices.contains(y), sourceIndices[x] >= 0,
          sourceIndices[y] >= 0
        else {
          continue
        }
        let pixel = sourceIndices[y] * side + sourceIndices[x]
        if hasData[pixel] { result[row * side + column] = gray[gray.startIndex + pixel] }
      }
    }
    return result
  }

  static func phasor(ofGray gray: UInt8) -> (real: Float, imaginary: Float) {
    (cosines[Int(gray)], sines[Int(gray)])
  }

  /// Index along one side: mirrored beyond the edges, or −1 for no data.
  private static func index(of coordinate: Int, _ side: Int, _ mirrors: Bool) -> Int {
    if (0..<side).contains(coordinate) { return coordinate }
    return mirrors ? coordinate < 0 ? -1 - coordinate : 2 * side - 1 - coordinate : -1
  }

  /// Rewraps unwrapped phase at another fringe rate.
  ///
  /// - Parameters:
  ///   - phase: Unwrapped phase, radians; NaN for no data, which stays NaN.
  ///   - rate: Factor on the number of fringes.
  /// - Returns: radians in −π…π.
  static func wrapped(_ phase: [Float], fringeRate rate: Float) -> [Float] {
    let turn = 2 * Float.pi
    return phase.map { value in
      let value = value * rate
      return value - turn * (value / turn).rounded()
    }
  }
}
