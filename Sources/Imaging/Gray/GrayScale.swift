/// From wrapped phase to gray: (φ + π) / 2π · 255, so that −π is 0 and π is 255. No-data becomes mid-gray, as in
/// the labelled patches the networks learn from.
public enum GrayScale {
  /// The gray of pixels without data.
  public static let noData: Float = 127.5
  /// The byte of pixels without data: 127.5 rounded.
  public static let noDataByte: UInt8 = 128

  // Float.pi is rounded toward zero; rasters hold ±3.1415927, the nearest, which must become 0 and 255 exactly.
  static let pi: Float = 3.14159265358979
  static let scale: Float = 255 / (2 * pi)

  /// The gray of each pixel, 0…255.
  ///
  /// - Parameters:
  ///   - phase: Radians; values beyond ±π are clamped, NaN is no data.
  ///   - gray: As many pixels as `phase`.
  public static func scale(_ phase: UnsafeBufferPointer<Float>, into gray: UnsafeMutableBufferPointer<Float>) {
    precondition(phase.count == gray.count, "the gray image has the phase's size")
    guard let source = phase.baseAddress, let target = gray.baseAddress else { return }
    for index in 0..<phase.count {
      let value = source[index]
      target[index] = value == value ? Self.gray(value) : noData
    }
  }

  /// The gray of each pixel as a byte (rounded to nearest, ties to even), and which pixels have data.
  ///
  /// - Parameters:
  ///   - phase: Radians; values beyond ±π are clamped, NaN is no data and becomes ``noDataByte``.
  ///   - bytes: As many pixels as `phase`.
  ///   - valid: As many pixels as `phase`; 1 where there is data, else 0.
  /// - Returns: The number of pixels with data.
  @discardableResult
  public static func quantise(
    _ phase: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableBufferPointer<UInt8>,
    valid: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    precondition(phase.count == bytes.count && phase.count == valid.count, "the images have the phase's size")
    guard let source = phase.baseAddress, let target = bytes.baseAddress, let mask = valid.baseAddress else {
      return 0
    }
    var validCount: UInt32 = 0
    for index in 0..<phase.count {
      let value = source[index]
      let hasData = value == value
      // Adding 2^23 leaves the value rounded in the low bits, in vector registers too.
      let rounded = ((hasData ? Self.gray(value) : noData) + 8_388_608).bitPattern
      target[index] = UInt8(truncatingIfNeeded: rounded)
      mask[index] = hasData ? 1 : 0
      validCount &+= hasData ? 1 : 0
    }
    return Int(validCount)
  }

  @inline(__always)
  static func gray(_ phase: Float) -> Float {
    let gray = phase * scale + noData
    // Only phases at or beyond ±π come out below 0 or above 255.
    let atLeast0 = gray > 0 ? gray : 0
    return atLeast0 < 255 ? atLeast0 : 255
  }
}
