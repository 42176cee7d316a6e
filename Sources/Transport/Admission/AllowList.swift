import FileReasons
import Foundation

/// The public keys that a coordinator accepts, by the names of their files.
struct AllowList: Equatable, Sendable {
  /// More keys than workers of any cluster; further ones are reported and not accepted.
  static let maximumKeys = 10_000

  private(set) var keys: [String: PublicKey] = [:]
  private(set) var names: [PublicKey: String] = [:]
  /// Files that were not accepted, with reasons.
  private(set) var problems: [String] = []

  init() {}

  /// Reads every `NAME.public` of a folder. Files that cannot be trusted are not accepted.
  init(folder: URL) {
    let files: [String]
    do {
      try PrivateFiles.check(folder: folder)
      files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      problems = ["all connections are rejected: \(SystemReason.text(error))"]
      return
    }
    for file in files.sorted() where file.hasSuffix(".public") && !file.hasPrefix(".") {
      do {
        guard keys.count < Self.maximumKeys else {
          throw KeyFileError(.system, "\(folder.path) contains more than \(Self.maximumKeys) keys")
        }
        let name = try WorkerName(String(file.dropLast(".public".count)))
        let key = try KeyFile.readPublic(folder.appending(path: file))
        if let other = names[key] {
          throw KeyFileError(.wrongKey, "\(file) contains the key of \(other), which is authorised under that name")
        }
        keys[name.text] = key
        names[key] = name.text
      } catch {
        problems.append("\(error)")
      }
    }
  }
}

/// Name of a worker's key: letters, digits, dots, dashes and underscores, at most 64.
public struct WorkerName: Hashable, Sendable {
  /// The validated name.
  public let text: String

  /// - Throws: ``KeyFileError`` for a text that is not a valid file name everywhere.
  public init(_ text: String) throws(KeyFileError) {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain, (1...64).contains(text.utf8.count), !text.hasPrefix("."), !text.hasPrefix("-") else {
      throw KeyFileError(
        .badName,
        "a worker cannot be called \"\(text)\"; a name has 1 to 64 letters, digits, dots, dashes and underscores "
          + "and starts with a letter, a digit or an underscore")
    }
    self.text = text
  }
}

/// Detects changes of a folder's files without reading them.
struct FolderFingerprint: Equatable {
  private var entries: [String: [Int]] = [:]
  private var folder: [Int]?

  init() {}

  init(_ url: URL) {
    folder = Self.marks(url.path)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] {
      entries[name] = Self.marks(url.appending(path: name).path)
    }
  }

  private static func marks(_ path: String) -> [Int]? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return [
      Int(status.st_ino), Int(status.st_mode), Int(status.st_uid), Int(status.st_size), status.st_mtim.tv_sec,
      status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }
}
