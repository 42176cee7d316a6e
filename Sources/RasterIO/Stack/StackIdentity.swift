import Crypto
import Foundation
import Hashing
import Interferometry

/// Identity of a stack: the SHA-256 of its header. Two files with the same identity hold the same
/// interferograms at the same position, whatever their names and folders. No pixels are read.
///
/// The hash covers lines `name=value` of: the root attributes that identify the stack, as stored (values
/// taken from the file name are not covered), the grid and its position, whether there is coherence, and the
/// dates and perpendicular baseline of each interferogram. `dropIfgram` is not covered, because users may
/// change it.
public struct StackIdentity: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of an identity.
  public static let byteCount = 32

  /// The 32 bytes of the hash.
  public let bytes: Data

  /// Restores an identity; `nil` unless there are 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Data(bytes)
  }

  /// The identity of an open stack.
  public init(_ reader: InterferogramStackReader) {
    let header = reader.header
    let place = header.geoTransform
    var hash = SHA256()
    func add(_ name: String, _ value: String) {
      // The length prevents ambiguity between adjacent values.
      hash.update(data: Data("\(name)=\(value.utf8.count):\(value)\n".utf8))
    }
    add("form", "volcsweep stack identity 1")
    for (name, value) in reader.identifyingAttributes.sorted(by: { $0.key < $1.key }) { add(name, value) }
    add("grid", "\(header.grid.height) \(header.grid.width)")
    add("place", "\(place.west) \(place.north) \(place.longitudeStep) \(place.latitudeStep)")
    add("coherence", reader.hasCoherence ? "yes" : "no")
    for (pair, baseline) in zip(reader.pairs, reader.perpendicularBaselines) {
      add("\(pair)", baseline.isNaN ? "unknown" : String(baseline))
    }
    bytes = Data(hash.finalize())
  }

  /// The hash in hexadecimal.
  public var description: String { bytes.hexadecimal }
}
