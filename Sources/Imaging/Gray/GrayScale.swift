import CVectors

/// Conversion of wrapped phase to gray: (φ + π) / 2π · 255, so that −π is 0 and π is 255. No data becomes
/// mid-gray, as in the labelled training patches.
public enum GrayScale {
  /// Gray of pixels without data.
  public static let noData: Float = 127.5

  // Float.pi is rounded towards zero; rasters hold the nearest float, ±3.1415927, which must become exactly 0
  // and 255.
  static let pi: Float = 3.14159265358979
  static let scale: Float = 255 / (2 * pi)

  /// Gray of each pixel, 0…255.
  ///
  /// - Parameters:
  ///   - phase: Radians; values beyond ±π are clamped, NaN is no data.
  ///   - gray: Receives as many pixels as `phase`.
  public static func scale(_ phase: UnsafeBufferPointer<Float>, into gray: UnsafeMutableBufferPointer<Float>) {
    precondition(phase.count == gray.count, "the gray image has the phase's size")
    guard let source = phase.baseAddress, let target = gray.baseAddress else { return }
    switch volcsweep_vector_lanes() {
    #if arch(x86_64)
      case 16: volcsweep_gray_16(source, phase.count, scale, noData, target)
      case 8: volcsweep_gray_8(source, phase.count, scale, noData, target)
    #endif
    default: volcsweep_gray_4(source, phase.count, scale, noData, target)
    }
  }

  /// Gray of each pixel as a byte (rounded to nearest, ties to even), and a mask of pixels with data.
  ///
  /// - Parameters:
  ///   - phase: Radians; values beyond ±π are clamped, NaN is no data and becomes 128.
  ///   - bytes: Receives as many pixels as `phase`.
  ///   - valid: Receives as many pixels as `phase`; 1 for data, else 0.
  /// - Returns: the number of pixels with data.
  @discardableResult
  public static func quantise(
    _ phase: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableBufferPointer<UInt8>,
    valid: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    precondition(phase.count == bytes.count && phase.count == valid.count, "the images have the phase's size")
    guard let source = phase.baseAddress, let target = bytes.baseAddress, let mask = valid.baseAddress else {
      return 0
    }
    switch volcsweep_vector_lanes() {
    #if arch(x86_64)
      case 16: return volcsweep_gray_bytes_16(source, phase.count, scale, noData, target, mask)
      case 8: return volcsweep_gray_bytes_8(source, phase.count, scale, noData, target, mask)
    #endif
    default: return volcsweep_gray_bytes_4(source, phase.count, scale, noData, target, mask)
    }
  }
}
