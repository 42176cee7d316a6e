/// The SHA-256 of one interferogram's pixels as the method sees them: the phase as float32 (radians, row-major,
/// little-endian, every NaN with the same bits), then the coherence in the same form where the stack has one.
public enum PixelHash {
  /// Bytes of a hash.
  public static let byteCount = 32
}
