import CZlib
import Detection
import Files
import Foundation
import Interferometry

/// A file with one layer's activations of the patches of some interferograms of one stack: those of one lease.
/// The article Activations describes the format.
///
/// It is a cache: whatever is missing, truncated or damaged is recomputed from pixels.
package struct ActivationFile {
  /// The file is malformed or damaged.
  package struct Damage: Error, CustomStringConvertible {
    /// The file and what is wrong with it.
    package let description: String
  }

  /// Header of an interferogram's activations.
  private struct Entry: Codable {
    var pair: String
    /// `1` or `0` for each patch: whether it passed the gate.
    var kept: String
    /// The factor (see `MergeRule`) of the probability of each patch that passed the gate, 0…1; empty if all are 1.
    var shares: [Float]
    var noDataShare: Float
    var meanCoherence: Float?
    /// The run lengths of ``DataMask``.
    var mask: Data
    /// Offset of its data after the header, bytes.
    var start: Int
    var length: Int
    /// CRC-32 of the data, as zlib computes it.
    var checksum: UInt32
  }

  private struct Header: Codable {
    /// Fingerprint of the layers up to the split point.
    var fingerprint: String
    var grid: Grid
    var geoTransform: GeoTransform
    var interferograms: [Entry]
  }

  static let magic = Array("VSACT002".utf8)
  private static let largestHeader = 64 << 20

  private let header: Header
  private let indices: [String: Int]
  private let source: ActivationBytes
  private let start: Int

  /// Dates of the interferograms that it contains.
  package var pairs: [String] { header.interferograms.map(\.pair) }
  var grid: Grid { header.grid }
  var geoTransform: GeoTransform { header.geoTransform }
  var fingerprint: String { header.fingerprint }

  /// Writes a file atomically.
  ///
  /// - Throws: errors of the file system.
  package static func write(
    _ stored: [(pair: String, activations: PatchActivations)], fingerprint: String, grid: Grid,
    geoTransform: GeoTransform, to file: URL
  ) throws {
    var header = Header(fingerprint: fingerprint, grid: grid, geoTransform: geoTransform, interferograms: [])
    var numbers = Data()
    for (pair, activations) in stored {
      header.interferograms.append(
        Entry(
          pair: pair, kept: String(activations.known.kept.map { $0 ? "1" : "0" }),
          shares: activations.fractions.allSatisfy { $0 == 1 } ? [] : activations.fractions,
          noDataShare: activations.known.noDataShare, meanCoherence: activations.known.meanCoherence,
          mask: Data(activations.mask.bytes), start: numbers.count, length: activations.halves.count,
          checksum: checksum(activations.halves)))
      numbers.append(activations.halves)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = try encoder.encode(header)
    var content = Data(magic)
    withUnsafeBytes(of: UInt32(text.count).littleEndian) { content.append(contentsOf: $0) }
    content.append(text)
    content.append(numbers)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try AtomicFile.replace(file.path, with: content, permissions: 0o600)
  }

  /// - Throws: ``Damage`` for a file of another format.
  init(_ file: URL) throws(Damage) {
    do {
      try self.init(source: ActivationBytes(file))
    } catch {
      throw Damage(description: "\(file.path): \(error)")
    }
  }

  /// Opens a file from its bytes.
  package init(bytes: Data) throws(Damage) { try self.init(source: ActivationBytes(bytes)) }

  private init(source: ActivationBytes) throws(Damage) {
    let front = Self.magic.count + 4
    guard source.count >= front, let first = source.read(at: 0, count: front),
      first.prefix(Self.magic.count).elementsEqual(Self.magic)
    else { throw Damage(description: "is not an activation file") }
    let length = first.withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: Self.magic.count, as: UInt32.self)))
    }
    guard length <= Self.largestHeader, source.count - front >= length,
      let text = source.read(at: front, count: length),
      let header = try? JSONDecoder().decode(Header.self, from: text)
    else { throw Damage(description: "its header is damaged or truncated") }
    self.header = header
    self.source = source
    start = front + length
    indices = Dictionary(
      header.interferograms.enumerated().map { ($1.pair, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Activations of an interferogram.
  ///
  /// - Throws: ``Damage`` if there are none, or they differ from what was written.
  package func activations(of pair: String) throws(Damage) -> PatchActivations {
    guard let index = indices[pair] else { throw Damage(description: "does not contain \(pair)") }
    let entry = header.interferograms[index]
    guard entry.start >= 0, entry.length >= 0, source.count - start >= entry.length,
      entry.start <= source.count - start - entry.length,
      let halves = source.read(at: start + entry.start, count: entry.length)
    else { throw Damage(description: "is truncated within \(pair)") }
    guard Self.checksum(halves) == entry.checksum else { throw Damage(description: "\(pair) is damaged") }
    let kept = entry.kept.utf8.map { $0 == UInt8(ascii: "1") }
    let fractions = entry.shares.isEmpty ? [Float](repeating: 1, count: kept.count { $0 }) : entry.shares
    let range: ClosedRange<Float> = 0...1
    guard range.contains(entry.noDataShare), entry.meanCoherence.map(range.contains) ?? true,
      fractions.allSatisfy(range.contains)
    else { throw Damage(description: "\(pair) has a fraction outside 0…1") }
    let mask: DataMask
    do {
      mask = try DataMask(bytes: [UInt8](entry.mask), pixelCount: header.grid.count)
    } catch {
      throw Damage(description: "\(pair): its data mask: \(error)")
    }
    return PatchActivations(
      known: KnownPatches(kept: kept, noDataShare: entry.noDataShare, meanCoherence: entry.meanCoherence),
      fractions: fractions, halves: halves, mask: mask)
  }

  private static func checksum(_ bytes: Data) -> UInt32 {
    bytes.withUnsafeBytes { bytes in
      UInt32(crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
  }
}
