import Crypto
import Foundation
import Hashing

/// Identifies a patch by its pixels, independent of file and order: the first 48 bits of the SHA-256 of its
/// central window, so that patches cropped to another size keep their hash.
public struct PatchHash: Hashable, Comparable, Sendable {
  /// Pixels across the central window; a smaller patch is hashed whole.
  static let side = 128
  static let byteCount = 6

  /// The hash, 0 ..< 2⁴⁸.
  public let value: UInt64

  public static func < (left: PatchHash, right: PatchHash) -> Bool { left.value < right.value }
}

extension LabelledPatches {
  /// The hash of a patch; `nil` if its central window has a single gray, which identifies nothing.
  public func hash(of patch: Int) -> PatchHash? {
    let inset = max(0, side - PatchHash.side) / 2
    return hash(of: patch, row: inset, column: inset)
  }

  /// All hashes that the patch may have elsewhere: cropping one pixel off an odd side moves the centre by
  /// one.
  func hashes(of patch: Int) -> [PatchHash] {
    let rest = max(0, side - PatchHash.side)
    let insets = Set([rest / 2, (rest + 1) / 2]).sorted()
    return insets.flatMap { row in insets.compactMap { hash(of: patch, row: row, column: $0) } }
  }

  private func hash(of patch: Int, row: Int, column: Int) -> PatchHash? {
    let size = min(side, PatchHash.side)
    let pixels = gray(of: patch)
    var window: [UInt8] = []
    window.reserveCapacity(size * size)
    for line in row..<(row + size) {
      let start = pixels.startIndex + line * side + column
      window += pixels[start..<(start + size)]
    }
    guard let first = window.first, window.contains(where: { $0 != first }) else { return nil }
    var hash = SHA256()
    hash.update(data: Data("volcsweep patch \(size)\n".utf8))
    hash.update(data: window)
    return PatchHash(value: hash.finalize().prefix(PatchHash.byteCount).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// SHA-256, hexadecimal, of all patches with their labels; independent of their order.
  public var contentHash: String {
    let patches = (0..<count).map { patch -> Data in
      var hash = SHA256()
      hash.update(data: Data("\(side) \(deforms[patch]) \(isHardNegative[patch])\n".utf8))
      hash.update(data: Array(gray(of: patch)))
      return Data(hash.finalize())
    }
    var whole = SHA256()
    for patch in patches.sorted(by: { $0.lexicographicallyPrecedes($1) }) { whole.update(data: patch) }
    return whole.finalize().hexadecimal
  }

  /// Names under which the ground of a patch may be known elsewhere: its place, and its volcano if the origin
  /// names one. Case, and spaces, hyphens and underscores, are normalised.
  func placeNames(of patch: Int) -> Set<String> {
    var names: Set<String> = [Self.plain(places[patch])]
    // Origins have the form volcano_frame_primary_secondary, possibly after the reviewer's name.
    if let frame = origins[patch].firstRange(of: /_[0-9]{3}[AD]_[0-9]{5}_[0-9]{6}/) {
      let volcano = origins[patch][..<frame.lowerBound].split(separator: " ").last ?? ""
      names.insert(Self.plain(String(volcano)))
    }
    names.remove("")
    return names
  }

  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }
}
