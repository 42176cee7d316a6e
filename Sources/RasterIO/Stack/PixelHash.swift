import Crypto
import Foundation

/// The SHA-256 of one interferogram's pixels as the method sees them: the phase as float32 (radians, row-major,
/// little-endian, every NaN with the same bits), then the coherence in the same form where the stack has one.
public enum PixelHash {
  /// Bytes of a hash.
  public static let byteCount = 32

  /// - Parameters:
  ///   - phase: height × width, radians, as ``InterferogramStackReader`` reads it.
  ///   - coherence: height × width, 0…1; `nil` where the stack has none.
  /// - Returns: 32 bytes.
  public static func of(
    phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?
  ) -> Data {
    var hash = SHA256()
    hash.update(bufferPointer: UnsafeRawBufferPointer(phase))
    if let coherence { hash.update(bufferPointer: UnsafeRawBufferPointer(coherence)) }
    return Data(hash.finalize())
  }
}
