import Foundation

/// Local response normalisation across channels (ONNX, LRN).
struct LocalResponseKernel: Kernel {
  let parameters: Operator.LocalResponse
  let pixels: Int
  let channels: Int

  /// One pixel's squares, zero-padded by the window's reach, and their sums.
  var scratchCount: Int { 2 * channels + parameters.size }

  func run(_ call: KernelCall) {
    let before = (parameters.size - 1) / 2
    let squares = call.scratch
    let sums = squares + channels + parameters.size
    squares.update(repeating: 0, count: channels + parameters.size)
    for pixel in 0..<pixels {
      let source = call.input + pixel * channels
      square(source, into: squares + before)
      addWindows(squares, into: sums)
      divide(source, by: sums, into: call.output + pixel * channels)
    }
  }

  private func square(_ source: UnsafePointer<Float>, into squares: UnsafeMutablePointer<Float>) {
    for channel in 0..<channels { squares[channel] = source[channel] * source[channel] }
  }

  private func addWindows(_ squares: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
    sums.update(from: squares, count: channels)
    for offset in 1..<parameters.size {
      let shifted = squares + offset
      for channel in 0..<channels { sums[channel] += shifted[channel] }
    }
  }

  private func divide(
    _ source: UnsafePointer<Float>, by sums: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let factor = parameters.alpha / Float(parameters.size)
    let (bias, beta) = (parameters.bias, parameters.beta)
    // AlexNet's exponent 0.75 needs no general power function.
    let whole = beta == 0.75 && bias > 0 && factor >= 0 ? channels / 8 * 8 : 0
    for channel in stride(from: 0, to: whole, by: 8) {
      let sum = UnsafeRawPointer(sums + channel).loadUnaligned(as: SIMD8<Float>.self)
      let value = UnsafeRawPointer(source + channel).loadUnaligned(as: SIMD8<Float>.self)
      let root = Self.inverseSquareRoot(bias + factor * sum)
      UnsafeMutableRawPointer(target + channel)
        .storeBytes(of: value * (root * root * Self.inverseSquareRoot(root)), as: SIMD8<Float>.self)
    }
    for channel in whole..<channels {
      target[channel] = source[channel] / powf(bias + factor * sums[channel], beta)
    }
  }

  /// 1 / √x for normal x > 0, to a few units in the last place: halving the exponent's bits gives 3 % accuracy
  /// and each Newton step squares the error. Swift computes square roots of vectors element by element.
  @inline(__always)
  private static func inverseSquareRoot(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let half = 0.5 * x
    let halved = SIMD8<UInt32>(repeating: 0x5f37_59df) &- (unsafeBitCast(x, to: SIMD8<UInt32>.self) &>> 1)
    var y = unsafeBitCast(halved, to: SIMD8<Float>.self)
    y *= 1.5 - half * y * y
    y *= 1.5 - half * y * y
    y *= 1.5 - half * y * y
    return y
  }
}
