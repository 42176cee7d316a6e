import Crypto
import Foundation
import Hashing
import Interferometry

/// What tells one stack from every other: the SHA-256 of its header. Two files with the same identity hold the same
/// interferograms of the same place, whatever the files are called and wherever they lie. No pixel is read for it.
///
/// The hash covers, each as a line of `name=value`: the root attributes that say what the stack is, as the file has them
/// (what a file name says in their place does not count), the grid and its place, whether there is a coherence, and of
/// each interferogram its dates and its perpendicular baseline. `dropIfgram` is not part of it: users set it, and the
/// stack stays the same.
public struct StackIdentity: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of an identity.
  public static let byteCount = 32

  /// The 32 bytes of the hash.
  public let bytes: Data

  /// Reads an identity again; `nil` for anything but 32 bytes.
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
      // Lengths keep one value from running into the next.
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
