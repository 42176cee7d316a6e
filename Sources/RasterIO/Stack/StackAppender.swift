import Files
import Foundation
import Interferometry
import Names

/// An existing stack cannot be read or opened for appending. Unlike a failure to write, it affects this stack
/// only, which is left unchanged.
public struct DamagedStack: Error, CustomStringConvertible {
  /// What is wrong with the stack.
  public let error: StackError

  public var description: String { error.description }
}

/// Adds interferograms to one stack of an archive and changes existing ones; the stack is complete at every
/// moment.
///
/// A stack is never changed in place: the appender copies it to a temporary file beside it, appends there,
/// and renames the copy over the stack when as many interferograms have been added as it had, at least
/// ``batchSize``, or when ``publish()`` is called. So a kill loses at most the newest half, and the total
/// copying is linear in the stack's size. Meanwhile the disk holds the stack twice. The caller holds the
/// stack's ``ArchiveLock``.
public final class StackAppender {
  /// Smallest number of appended interferograms that are published automatically.
  public static let batchSize = 64

  /// Path of the stack.
  public let path: String
  /// Root attributes of the stack.
  public let header: StackHeader
  /// Pairs in the stack when the appender was created, in the order of the file.
  public let existingPairs: [DatePair]
  /// The stack when the appender was created; `nil` for a new one.
  private let existing: InterferogramStackReader?
  /// Sources of the existing interferograms, updated when they change.
  private var sources: [SourceRecord]
  private var baselines: [Float]
  private let indices: [DatePair: Int]
  /// Number of interferograms in the published stack.
  public private(set) var publishedCount: Int
  private let compression: StackCompression
  private let temporary: String
  private var open: StackFile?

  /// Prepares for appending to `header.fileName` in a folder, without writing. Removes a temporary file left
  /// by a killed process.
  ///
  /// - Parameters:
  ///   - archive: Folder of the stacks.
  ///   - header: Header of a new stack; an existing one keeps its own and must have the same grid.
  ///   - compression: Compression of a new stack; an existing one keeps its own.
  /// - Throws: ``StackError`` if the existing stack cannot be read or has another grid.
  public init(archive: URL, header: StackHeader, compression: StackCompression = .none) throws {
    do {
      path = archive.appendingPathComponent(try PathComponent(header.fileName).text).path
      _ = try PathComponent(header.volcanoKey)
      _ = try PathComponent(header.frame)
      _ = try DisplayName(header.volcano.name)
    } catch {
      throw StackError(
        file: archive.path, problem: "a stack cannot be made for a volcano or frame whose name \(error)")
    }
    temporary = AtomicFile.temporaryPath(for: path)
    self.compression = compression
    TemporaryFiles.removeStale(in: archive.path, of: header.fileName, isLocked: true)
    // Temporary name in volcsweep 1.
    unlink(archive.appendingPathComponent(".\(header.fileName).partial").path)
    guard FileManager.default.fileExists(atPath: path) else {
      self.header = header
      existingPairs = []
      existing = nil
      (sources, baselines, indices) = ([], [], [:])
      publishedCount = 0
      return
    }
    let reader = try InterferogramStackReader(path: path)
    guard reader.header.grid == header.grid, reader.header.geoTransform.isSamePlace(as: header.geoTransform) else {
      throw StackError(
        file: path,
        problem:
          "has \(reader.header.grid) pixels from \(reader.header.geoTransform.corner), the new interferograms "
          + "\(header.grid) from \(header.geoTransform.corner); move the stack away to start a new one")
    }
    guard reader.isOwnForm else {
      throw StackError(
        file: path,
        problem: "was created by another program, so nothing is appended to it; move it out of the archive"
      )
    }
    self.header = reader.header
    existing = reader
    existingPairs = reader.pairs
    (sources, baselines) = (reader.sources, reader.perpendicularBaselines)
    indices = Dictionary(uniqueKeysWithValues: reader.pairs.enumerated().map { ($1, $0) })
    publishedCount = reader.count
  }

  /// Number of interferograms that are appended but not published.
  public var pendingCount: Int { open.map { $0.count - publishedCount } ?? 0 }

  /// Appends an interferogram (phase in radians, NaN for no data, and coherence 0…1, both height × width,
  /// row-major) and publishes if enough have been appended.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is unchanged.
  public func append(
    _ pair: DatePair, perpendicularBaseline: Float, phase: UnsafeBufferPointer<Float>,
    coherence: UnsafeBufferPointer<Float>?, source: SourceRecord = .unknown
  ) throws {
    if open == nil { open = try begin() }
    var source = source
    source.pixelHash = SourceRecord.hash(phase: phase, coherence: coherence)
    try open?.append(
      pair, perpendicularBaseline: perpendicularBaseline, phase: phase, coherence: coherence, source: source)
    if pendingCount >= max(Self.batchSize, publishedCount) { try publish() }
  }

  /// Source of an interferogram that existed when the appender was created; `nil` for others.
  public func source(of pair: DatePair) -> SourceRecord? { indices[pair].map { sources[$0] } }

  /// Perpendicular baseline of such an interferogram, metres; NaN if unknown.
  public func perpendicularBaseline(of pair: DatePair) -> Float { indices[pair].map { baselines[$0] } ?? .nan }

  /// Reads the original pixels of such an interferogram; see
  /// ``InterferogramStackReader/readPhase(at:into:)``.
  ///
  /// - Throws: ``DamagedStack``.
  public func readExisting(
    _ pair: DatePair, phase: UnsafeMutableBufferPointer<Float>, coherence: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let existing, let index = indices[pair] else { preconditionFailure("the stack has this interferogram") }
    do {
      try existing.readPhase(at: index, into: phase)
      try existing.readCoherence(at: index, into: coherence)
    } catch let error as StackError {
      throw DamagedStack(error: error)
    }
  }

  /// Changes such an interferogram: the given pixels, and the source.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is unchanged.
  public func update(
    _ pair: DatePair, phase: UnsafeBufferPointer<Float>? = nil, coherence: UnsafeBufferPointer<Float>? = nil,
    source: SourceRecord
  ) throws {
    guard let index = indices[pair] else { preconditionFailure("the stack has this interferogram") }
    if open == nil { open = try begin() }
    try open?.replace(at: index, phase: phase, coherence: coherence)
    try open?.write(source, at: index)
    sources[index] = source
  }

  /// Sets the perpendicular baseline of such an interferogram, metres.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is unchanged.
  public func update(_ pair: DatePair, perpendicularBaseline: Float) throws {
    guard let index = indices[pair] else { preconditionFailure("the stack has this interferogram") }
    if open == nil { open = try begin() }
    try open?.writeBaseline(perpendicularBaseline, at: index)
    baselines[index] = perpendicularBaseline
  }

  /// Publishes the appended interferograms in the archive, if any.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is unchanged.
  public func publish() throws {
    guard let count = open?.count else { return }
    try open?.flush()
    // Releasing the last reference closes the file.
    open = nil
    try check(count)
    try AtomicFile.publish(temporary, as: path)
    publishedCount = count
  }

  /// Discards what was appended since the last publication.
  public func discard() {
    open = nil
    unlink(temporary)
  }

  private func begin() throws -> StackFile {
    // The rest of a failed copy.
    unlink(temporary)
    guard publishedCount > 0 else {
      return try StackFile.create(temporary, header: header, compression: compression)
    }
    try AtomicFile.copy(path, to: temporary)
    do {
      return try StackFile.open(temporary, grid: header.grid)
    } catch let error as StackError {
      throw DamagedStack(error: StackError(file: path, part: error.part, problem: error.problem))
    }
  }

  /// Reads back what was written before it replaces the stack.
  private func check(_ count: Int) throws {
    let written = try InterferogramStackReader(path: temporary)
    guard written.count == count else {
      throw StackError(file: temporary, problem: "holds \(written.count) of \(count) interferograms after writing")
    }
  }
}

extension GeoTransform {
  /// The upper-left corner, for messages.
  var corner: String { "\(west)°E \(north)°N" }
}
