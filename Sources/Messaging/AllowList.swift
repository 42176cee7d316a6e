import FileReasons
import Foundation

/// The public keys that a coordinator lets in, by the names of their files.
struct AllowList: Equatable, Sendable {
  /// More than any cluster has workers' keys; what lies beyond is reported, not let in.
  static let maximumKeys = 10_000

  private(set) var keys: [String: PublicKey] = [:]
  private(set) var names: [PublicKey: String] = [:]
  /// Files that let nobody in, each with the reason.
  private(set) var problems: [String] = []

  init() {}

  /// Reads every `NAME.public` of a folder. Whatever cannot be trusted lets nobody in.
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

/// What a worker's key is called: letters, digits, dots, dashes and underscores, 64 at most.
public struct WorkerName: Hashable, Sendable {
  public let text: String

  /// - Throws: ``KeyFileError`` for anything that could not be a file's name everywhere.
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

/// What tells, without reading them, whether the files of a folder are still those that were read.
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
