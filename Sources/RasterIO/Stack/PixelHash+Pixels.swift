import Crypto
import Foundation
import Interferometry

extension PixelHash {
  /// Hashes an interferogram's pixels.
  ///
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
