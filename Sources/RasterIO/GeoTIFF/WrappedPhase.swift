/// Reads phase rasters in LiCSAR's formats.
public enum WrappedPhase {
  /// Largest distance of a value beyond ±π at which a raster still counts as wrapped phase, radians.
  public static let toleranceRadians: Float = 0.001

  /// Reads a phase raster: float32 radians with 0 or NaN for no data, or bytes 1…255 for −π…π with 0 for no
  /// data. Tags for scale, offset, unit, mask and no data are applied.
  ///
  /// - Parameters:
  ///   - reader: The open file.
  ///   - buffer: Receives radians in [−π, π] and NaN, height × width, row-major.
  /// - Throws: ``RasterError``, also for a raster that is empty, constant or not wrapped.
  public static func read(_ reader: GeoTIFFReader, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    var range = ValueRange()
    // π rounded to float32, which is slightly larger than π.
    let limit = Float(Double.pi)
    if try reader.read(.phase, into: buffer) {
      let step = 2 * Double.pi / 254
      let radians = (0..<256).map { $0 == 0 ? Float.nan : Float(Double($0 - 1) * step - .pi) }
      for pixel in buffer.indices where !buffer[pixel].isNaN { buffer[pixel] = radians[Int(buffer[pixel])] }
    }
    for pixel in buffer.indices { range.include(buffer[pixel]) }
    try range.check(reader.path, allowed: -limit - toleranceRadians...limit + toleranceRadians) {
      .notWrappedPhase($0)
    }
    guard range.low < -limit || range.high > limit else { return }
    for pixel in buffer.indices where abs(buffer[pixel]) > limit {
      buffer[pixel] = buffer[pixel] < 0 ? -limit : limit
    }
  }
}

/// Reads coherence rasters in LiCSAR's formats.
public enum CoherenceRaster {
  /// Largest distance of a value outside 0…1 at which a raster still counts as coherence.
  static let tolerance: Float = 0.001

  /// Reads a coherence raster: bytes for coherence · 255, or float32 0…1; 0 and NaN for no data. Tags for
  /// scale, offset, unit, mask and no data are applied.
  ///
  /// - Parameters:
  ///   - reader: The open file.
  ///   - buffer: Receives 0…1 and NaN, height × width, row-major.
  /// - Throws: ``RasterError``, also for a raster that is empty, constant or not coherence.
  public static func read(_ reader: GeoTIFFReader, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    var range = ValueRange()
    if try reader.read(.coherence, into: buffer) {
      for pixel in buffer.indices { buffer[pixel] = buffer[pixel] == 0 ? .nan : buffer[pixel] / 255 }
    }
    for pixel in buffer.indices { range.include(buffer[pixel]) }
    try range.check(reader.path, allowed: 0...1 + tolerance) { .notCoherence($0) }
    guard range.high > 1 else { return }
    for pixel in buffer.indices where buffer[pixel] > 1 { buffer[pixel] = 1 }
  }
}

/// Minimum and maximum of the pixels with data.
private struct ValueRange {
  var low = Float.infinity
  var high = -Float.infinity

  @inline(__always) mutating func include(_ value: Float) {
    // Comparisons with NaN are false, so NaN is skipped.
    if value < low { low = value }
    if value > high { high = value }
  }

  func check(
    _ file: String, allowed: ClosedRange<Float>, outside: (Float) -> RasterError.Reason
  ) throws {
    guard low <= high else { throw RasterError(file: file, reason: .empty) }
    guard allowed.contains(low) else { throw RasterError(file: file, reason: outside(low)) }
    guard allowed.contains(high) else { throw RasterError(file: file, reason: outside(high)) }
    guard low < high else { throw RasterError(file: file, reason: .constant(low)) }
  }
}
