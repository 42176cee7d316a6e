import Crypto
import Files
import Foundation
import Hashing
import Interferometry

/// Records the inputs of the maps in a results folder, in a file next to that folder, so that maps with
/// unchanged inputs are not computed again; and the hashes of the lists. It is a cache: if it is missing or
/// does not match, maps are computed anew.
///
/// A map counts as unchanged only while its file has the same inode, size and times, including the time of the
/// last status change, which programs cannot set back.
struct MapManifest: Codable, Sendable {
  /// Metadata of a file.
  struct Marks: Codable, Hashable, Sendable {
    var inode: UInt64
    var size: Int64
    var modified: [Int64]
    var changed: [Int64]

    /// `nil` if it is not a regular file.
    init?(_ path: String) {
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      modified = [Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
      changed = [Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec)]
    }
  }

  struct File: Codable, Hashable, Sendable {
    var marks: Marks
    /// SHA-256 of its bytes, hexadecimal.
    var sha256: String
  }

  /// The maps of one volcano.
  struct Maps: Codable, Hashable, Sendable {
    /// See ``MapInputs``.
    var inputs: String
    /// By file name suffix.
    var files: [String: File]
  }

  static let suffixes = [".h5", ".tif"]

  private(set) var form = 1
  /// Identifies the program that wrote them: another build may compute other maps.
  var program = MapManifest.runningProgram
  /// By file name without suffix.
  var maps: [String: Maps] = [:]
  /// Pmax above which interferograms are candidates; `nil` in files of older versions.
  var threshold: Double?
  /// Fractions that deform, as stated and as the model's training assumed; `nil` if none was stated.
  var priors: Priors?
  /// The catalogue that nearest volcanoes were taken from; `nil` for the ledger's own volcanoes.
  var catalogue: [VolcanoPlace]?
  /// SHA-256 of each list, hexadecimal, by file name; `nil` in files of older versions.
  var lists: [String: String]?

  static let runningProgram: String = {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "unknown \(UInt64.random(in: 0...UInt64.max))" }
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }()

  init() {}

  /// Reads a manifest; empty if it is missing or malformed.
  init(file: URL) {
    self = Self.read(file) ?? Self()
  }

  /// - Returns: `nil` if it is missing or malformed.
  static func read(_ file: URL) -> MapManifest? {
    guard let bytes = try? Data(contentsOf: file), let known = try? JSONDecoder().decode(Self.self, from: bytes),
      known.form == 1
    else { return nil }
    return known
  }

  func write(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try AtomicFile.update(file.path, with: Array(try encoder.encode(self)))
  }

  /// Whether a volcano's maps were computed from these inputs by this program, and their files are unchanged.
  func isCurrent(_ name: String, inputs: String, in folder: URL) -> Bool {
    guard program == Self.runningProgram, let known = maps[name], known.inputs == inputs else { return false }
    return Self.suffixes.allSatisfy { suffix in
      known.files[suffix].map { $0.marks == Marks(folder.appending(path: name + suffix).path) } ?? false
    }
  }

  /// The current files of a volcano's maps.
  ///
  /// - Throws: ``FileError`` if one cannot be read.
  static func maps(_ name: String, inputs: String, in folder: URL) throws -> Maps {
    var files: [String: File] = [:]
    for suffix in suffixes {
      let path = folder.appending(path: name + suffix).path
      let hash = try sha256(path)
      guard let marks = Marks(path) else { throw FileError("read", path, code: ENOENT) }
      files[suffix] = File(marks: marks, sha256: hash)
    }
    return Maps(inputs: inputs, files: files)
  }

  static func sha256(_ path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw FileError("read", path) }
    defer { try? handle.close() }
    var hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    return hash.finalize().hexadecimal
  }
}
