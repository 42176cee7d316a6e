import Files
import Foundation
import Interferometry
import Names

/// That a stack which is there cannot be read or opened for appending, unlike a failure to write: it stays as it is, and
/// other stacks are none the worse.
public struct DamagedStack: Error, CustomStringConvertible {
  public let error: StackError

  public var description: String { error.description }
}

/// Adds interferograms to one stack of an archive, and changes those that are there, so that the stack is whole at every
/// moment.
///
/// A stack is never changed in place: the appender copies it to a temporary file beside it, appends there, and
/// renames the copy over the stack when enough has come together: as many as the stack had, at least
/// ``batchSize``, or when ``publish()`` is called. So a kill loses at most the newest half, and the copying is
/// linear in the stack's size. While it runs the disk holds the stack twice. The caller holds the stack's
/// ``ArchiveLock``.
public final class StackAppender {
  /// Fewest appended interferograms that publish by themselves.
  public static let batchSize = 64

  /// The stack's path.
  public let path: String
  public let header: StackHeader
  /// The pairs the stack held when the appender was made, in the file's order.
  public let existingPairs: [DatePair]
  /// The stack as it was when the appender was made; `nil` for a new one.
  private let existing: InterferogramStackReader?
  /// What is known by now of the sources of the existing interferograms.
  private var sources: [SourceRecord]
  private var baselines: [Float]
  private let indices: [DatePair: Int]
  /// Number of interferograms that the published stack holds.
  public private(set) var publishedCount: Int
  private let compression: StackCompression
  private let temporary: String
  private var open: StackFile?

  /// Prepares for appending to `header.fileName` in a folder; nothing is written yet. A temporary file that a
  /// killed process left is removed.
  ///
  /// - Parameters:
  ///   - archive: the folder of stacks.
  ///   - header: of a new stack; an existing one keeps its own, with the same grid.
  ///   - compression: of a new stack; an existing one keeps its own.
  /// - Throws: ``StackError`` if the stack that is there cannot be read or has another grid.
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
    // The name that volcsweep 1 gave it.
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

  /// Number of interferograms that wait to be published.
  public var pendingCount: Int { open.map { $0.count - publishedCount } ?? 0 }

  /// Appends an interferogram (both height × width, row-major; phase in radians, NaN = no data; coherence 0…1) and
  /// publishes if enough came together.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is as it was.
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

  /// What is known of the source of an interferogram that was there when the appender was made; `nil` for others.
  public func source(of pair: DatePair) -> SourceRecord? { indices[pair].map { sources[$0] } }

  /// The perpendicular baseline of such an interferogram, metres; NaN where it is not known.
  public func perpendicularBaseline(of pair: DatePair) -> Float { indices[pair].map { baselines[$0] } ?? .nan }

  /// Reads such an interferogram's pixels as they were, see ``InterferogramStackReader/readPhase(at:into:)``.
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

  /// Changes such an interferogram: its pixels as far as they are given, and what they come from.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is as it was.
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

  /// Gives such an interferogram a perpendicular baseline, metres.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is as it was.
  public func update(_ pair: DatePair, perpendicularBaseline: Float) throws {
    guard let index = indices[pair] else { preconditionFailure("the stack has this interferogram") }
    if open == nil { open = try begin() }
    try open?.writeBaseline(perpendicularBaseline, at: index)
    baselines[index] = perpendicularBaseline
  }

  /// Puts what was appended so far into the archive; does nothing if nothing was.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the published stack is as it was.
  public func publish() throws {
    guard let count = open?.count else { return }
    try open?.flush()
    // Releasing the last reference closes the file.
    open = nil
    try check(count)
    try AtomicFile.publish(temporary, as: path)
    publishedCount = count
  }

  /// Forgets what was appended since the last publication.
  public func discard() {
    open = nil
    unlink(temporary)
  }

  private func begin() throws -> StackFile {
    // What a failed copy left.
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

  /// Looks at what was written as a reader would, before it takes the stack's place.
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
