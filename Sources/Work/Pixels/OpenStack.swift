import Foundation
import Interferometry
import RasterIO

/// A stack that stays open from unit to unit. If its file is changed or replaced it is reopened, also within a
/// unit, so that the pixels of one interferogram never come from two states of a file.
final class OpenStack {
  /// Reopenings before a file counts as being written.
  private static let tries = 4

  let path: String
  let grid: Grid
  let geoTransform: GeoTransform
  private var reader: InterferogramStackReader
  private var signature: FileSignature
  private var indices: [String: Int]

  /// - Throws: `UnreadablePixels` for anything that is not a stack, including a folder, a pipe or a device.
  init(path: String) throws {
    self.path = path
    (reader, signature) = try Self.open(path)
    indices = Self.indices(of: reader)
    grid = reader.header.grid
    geoTransform = reader.header.geoTransform
  }

  /// Whether the path still refers to the opened file.
  var isCurrent: Bool { FileSignature(of: path) == signature }

  /// Reads one interferogram (row-major; NaN for no data).
  ///
  /// - Returns: whether the stack has its coherence.
  /// - Throws: `UnreadablePixels` if it cannot be read, is gone, or the stack now has another grid.
  func read(
    _ pair: String, phase: UnsafeMutableBufferPointer<Float>, coherence: UnsafeMutableBufferPointer<Float>
  ) throws -> Bool {
    var failures = 0
    for _ in 0..<Self.tries {
      if !isCurrent { try openAnew() }
      let outcome = Result { try readOnce(pair, phase: phase, coherence: coherence) }
      guard isCurrent else { continue }
      if case .failure(let error) = outcome, (error as? UnreadablePixels)?.trouble == .pixels, failures == 0 {
        // A read that fails occasionally, as on network file systems, often succeeds after reopening the file.
        failures += 1
        try openAnew()
        continue
      }
      return try outcome.get()
    }
    throw UnreadablePixels(.stackChanging, detail: "\(path) changed while it was read")
  }

  private func readOnce(
    _ pair: String, phase: UnsafeMutableBufferPointer<Float>, coherence: UnsafeMutableBufferPointer<Float>
  ) throws -> Bool {
    guard let index = indices[pair] else {
      throw UnreadablePixels(.pairMissing, detail: "\(path): /date no longer contains the pair \(pair)")
    }
    do {
      try reader.readPhase(at: index, into: phase)
      guard reader.hasCoherence else { return false }
      try reader.readCoherence(at: index, into: coherence)
      return true
    } catch {
      throw UnreadablePixels(.pixels, detail: "\(error)")
    }
  }

  private func openAnew() throws {
    let (reader, signature) = try Self.open(path)
    let header = reader.header
    guard header.grid == grid, header.geoTransform == geoTransform else {
      throw UnreadablePixels(
        .otherGrid,
        detail:
          "\(path): attributes LENGTH, WIDTH and X_FIRST to Y_STEP changed during the sweep, from \(grid) pixels "
          + "to \(header.grid)")
    }
    (self.reader, self.signature) = (reader, signature)
    indices = Self.indices(of: reader)
  }

  private static func open(_ path: String) throws -> (InterferogramStackReader, FileSignature) {
    var failures = 0
    for _ in 0..<tries {
      guard let signature = FileSignature(of: path) else {
        throw UnreadablePixels(
          .stackMissing, detail: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
      }
      guard signature.isRegularFile else {
        throw UnreadablePixels(.stackNotAFile, detail: "\(path) is not a regular file")
      }
      let reader = Result { try InterferogramStackReader(path: path) }
      guard FileSignature(of: path) == signature else { continue }
      switch reader {
      case .success(let reader): return (reader, signature)
      case .failure where failures == 0: failures += 1
      case .failure(let error): throw UnreadablePixels(.stackDamaged, detail: "\(error)")
      }
    }
    throw UnreadablePixels(.stackChanging, detail: "\(path) changed while it was opened")
  }

  private static func indices(of reader: InterferogramStackReader) -> [String: Int] {
    Dictionary(
      reader.pairs.enumerated().map { ($0.element.description, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
  }
}

/// Detects whether a file has changed.
struct FileSignature: Equatable {
  private let device: UInt64
  private let inode: UInt64
  private let bytes: Int64
  private let modified: [Int]
  let isRegularFile: Bool

  /// `nil` if there is no such file, or it cannot be examined.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    bytes = Int64(status.st_size)
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    isRegularFile = status.st_mode & S_IFMT == S_IFREG
  }
}
