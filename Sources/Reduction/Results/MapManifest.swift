import Crypto
import Files
import Foundation
import Hashing

/// What the maps of a results folder were made from, in a file beside that folder, so that maps whose inputs did not change
/// are not made again, and what its lists are. It is a cache: without it, or where it does not fit, maps are made anew.
///
/// A map counts as unchanged only while its file has the same inode, size and times, the time of the last status change
/// among them, which no program can set back.
struct MapManifest: Codable, Sendable {
  /// What the file system says of a file.
  struct Marks: Codable, Hashable, Sendable {
    var inode: UInt64
    var size: Int64
    var modified: [Int64]
    var changed: [Int64]

    /// `nil` for what is no regular file.
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
    /// Of its bytes, hexadecimal.
    var sha256: String
  }

  /// The maps of one volcano.
  struct Maps: Codable, Hashable, Sendable {
    /// See ``MapInputs``.
    var inputs: String
    /// By the ends of their names.
    var files: [String: File]
  }

  static let suffixes = [".h5", ".tif"]

  private(set) var form = 1
  /// The program that made them: another build may make other maps.
  var program = MapManifest.runningProgram
  /// By the name of their files without its end.
  var maps: [String: Maps] = [:]
  /// Pmax above which interferograms were candidates; `nil` where an older version wrote it.
  var threshold: Double?
  /// SHA-256 of the bytes of each list, hexadecimal, by its file's name; `nil` where an older version wrote it.
  var lists: [String: String]?

  static let runningProgram: String = {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "unknown \(UInt64.random(in: 0...UInt64.max))" }
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }()

  init() {}

  /// What is there; empty where that is nothing or makes no sense.
  init(file: URL) {
    self = Self.read(file) ?? Self()
  }

  /// - Returns: `nil` where there is none that makes sense.
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

  /// Whether a volcano's maps were made from these inputs by this program, and lie there as they were written.
  func isCurrent(_ name: String, inputs: String, in folder: URL) -> Bool {
    guard program == Self.runningProgram, let known = maps[name], known.inputs == inputs else { return false }
    return Self.suffixes.allSatisfy { suffix in
      known.files[suffix].map { $0.marks == Marks(folder.appending(path: name + suffix).path) } ?? false
    }
  }

  /// The maps of a volcano as they lie there now.
  ///
  /// - Throws: ``FileError`` when one cannot be read.
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
