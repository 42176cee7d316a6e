import Foundation
import Hashing

/// Temporary files of ``AtomicFile`` left by killed processes.
public enum TemporaryFiles {
  static let suffix = ".partial"
  /// Bytes of a file's name that are kept in the temporary name, which file systems limit to 255 bytes.
  private static let nameBytes = 180
  /// A younger file may still be in use by a process on another host.
  private static let staleSeconds = 3600

  static func prefix(for name: String) -> String {
    guard name.utf8.count > nameBytes else { return ".\(name)." }
    // The hash separates long names with the same beginning.
    let hash = FNV1a.hash(name.utf8)
    let start = String(decoding: Array(name.utf8.prefix(nameBytes)), as: UTF8.self)
    return ".\(start.replacing("\u{FFFD}", with: ""))-\(String(hash, radix: 36))."
  }

  /// Removes temporary files from a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - name: Name of the final file; `nil` for all files.
  ///   - isLocked: Whether a lock excludes other writers. Otherwise files are kept if their process runs on
  ///     this machine, or if they were written within the last hour.
  public static func removeStale(in folder: String, of name: String? = nil, isLocked: Bool) {
    let start = name.map(prefix(for:))
    for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard file.hasPrefix("."), file.hasSuffix(suffix), let owner = processID(in: file, behind: start) else {
        continue
      }
      let path = "\(folder)/\(file)"
      if isLocked || isStale(path, owner: owner) { unlink(path) }
    }
  }

  /// - Returns: the process ID in a temporary file's name; `nil` for other names, and for those of other
  ///   files.
  private static func processID(in file: String, behind start: String?) -> Int32? {
    let body = file.dropLast(suffix.count)
    guard let dot = body.lastIndex(of: ".") else { return nil }
    if let start, body[...dot] != start[...] { return nil }
    let parts = body[body.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    return Int32(parts[0])
  }

  private static func isStale(_ path: String, owner: Int32) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    if kill(owner, 0) == 0 || errno == EPERM { return false }
    return time(nil) - status.st_mtim.tv_sec > staleSeconds
  }
}
