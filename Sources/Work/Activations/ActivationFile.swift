import CZlib
import Detection
import Files
import Foundation
import Interferometry

/// A file with what one layer left behind of the patches of some interferograms of one stack: those of one lease. The
/// article Activations describes the form.
///
/// It is a cache: what is missing, cut short or damaged is computed from the pixels again.
package struct ActivationFile {
  /// What is wrong with one.
  package struct Damage: Error, CustomStringConvertible {
    package let description: String
  }

  /// What is said of an interferogram in front of the numbers.
  private struct Entry: Codable {
    var pair: String
    /// A 1 or 0 for each patch.
    var kept: String
    /// Of each kept patch; none where all are 1.
    var shares: [Float]
    var noDataShare: Float
    var meanCoherence: Float?
    /// Bytes behind the header.
    var start: Int
    var length: Int
    /// Of these bytes, as zlib computes it.
    var checksum: UInt32
  }

  private struct Header: Codable {
    /// The cut's.
    var fingerprint: String
    var grid: Grid
    var geoTransform: GeoTransform
    var interferograms: [Entry]
  }

  static let magic = Array("VSACT001".utf8)
  private static let largestHeader = 64 << 20

  private let header: Header
  private let places: [String: Int]
  private let source: ActivationBytes
  private let start: Int

  /// Of which interferograms it says to have something.
  package var pairs: [String] { header.interferograms.map(\.pair) }
  var grid: Grid { header.grid }
  var geoTransform: GeoTransform { header.geoTransform }
  var fingerprint: String { header.fingerprint }

  /// Writes a file, which appears by rename.
  ///
  /// - Throws: what the file system says.
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
          shares: activations.shares.allSatisfy { $0 == 1 } ? [] : activations.shares,
          noDataShare: activations.known.noDataShare, meanCoherence: activations.known.meanCoherence,
          start: numbers.count, length: activations.halves.count, checksum: checksum(activations.halves)))
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

  /// - Throws: ``Damage`` for what is none.
  init(_ file: URL) throws(Damage) {
    do {
      try self.init(source: ActivationBytes(file))
    } catch {
      throw Damage(description: "\(file.path): \(error)")
    }
  }

  /// The same of a file's bytes.
  package init(bytes: Data) throws(Damage) { try self.init(source: ActivationBytes(bytes)) }

  private init(source: ActivationBytes) throws(Damage) {
    let front = Self.magic.count + 4
    guard source.count >= front, let first = source.read(at: 0, count: front),
      first.prefix(Self.magic.count).elementsEqual(Self.magic)
    else { throw Damage(description: "is no file of activations") }
    let length = first.withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: Self.magic.count, as: UInt32.self)))
    }
    guard length <= Self.largestHeader, source.count - front >= length,
      let text = source.read(at: front, count: length),
      let header = try? JSONDecoder().decode(Header.self, from: text)
    else { throw Damage(description: "its header is damaged or cut short") }
    self.header = header
    self.source = source
    start = front + length
    places = Dictionary(
      header.interferograms.enumerated().map { ($1.pair, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What is stored of an interferogram.
  ///
  /// - Throws: ``Damage`` where that is nothing, or not what was written.
  package func activations(of pair: String) throws(Damage) -> PatchActivations {
    guard let place = places[pair] else { throw Damage(description: "has nothing of \(pair)") }
    let entry = header.interferograms[place]
    guard entry.start >= 0, entry.length >= 0, source.count - start >= entry.length,
      entry.start <= source.count - start - entry.length,
      let halves = source.read(at: start + entry.start, count: entry.length)
    else { throw Damage(description: "is cut short before the end of \(pair)") }
    guard Self.checksum(halves) == entry.checksum else { throw Damage(description: "\(pair) is damaged") }
    let kept = entry.kept.utf8.map { $0 == UInt8(ascii: "1") }
    let shares = entry.shares.isEmpty ? [Float](repeating: 1, count: kept.count { $0 }) : entry.shares
    let range: ClosedRange<Float> = 0...1
    guard range.contains(entry.noDataShare), entry.meanCoherence.map(range.contains) ?? true,
      shares.allSatisfy(range.contains)
    else { throw Damage(description: "\(pair) has a share that is not in 0…1") }
    return PatchActivations(
      known: KnownPatches(kept: kept, noDataShare: entry.noDataShare, meanCoherence: entry.meanCoherence),
      shares: shares, halves: halves)
  }

  private static func checksum(_ bytes: Data) -> UInt32 {
    bytes.withUnsafeBytes { bytes in
      UInt32(crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
  }
}
