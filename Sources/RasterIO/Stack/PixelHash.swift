import Crypto
import Foundation

/// SHA-256 of one interferogram's pixels as the method uses them: phase as float32 (radians, row-major,
/// little-endian, NaN with normalised bits), then coherence in the same form if the stack has it.
public enum PixelHash {
  /// Bytes of a hash.
  public static let byteCount = 32

  /// - Parameters:
  ///   - phase: height × width, radians, as ``InterferogramStackReader`` reads it.
  ///   - coherence: height × width, 0…1; `nil` if the stack has none.
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
