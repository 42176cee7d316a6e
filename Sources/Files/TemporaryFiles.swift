import Foundation
import Hashing

/// The temporary files of ``AtomicFile`` that a killed process left behind.
public enum TemporaryFiles {
  static let suffix = ".partial"
  /// A file's name is cut to this many bytes inside the temporary name, which the file system bounds to 255.
  private static let nameBytes = 180
  /// Another host's process may still write a younger one.
  private static let staleSeconds = 3600

  static func prefix(for name: String) -> String {
    guard name.utf8.count > nameBytes else { return ".\(name)." }
    // Keeps long names with the same beginning apart.
    let hash = FNV1a.hash(name.utf8)
    let start = String(decoding: Array(name.utf8.prefix(nameBytes)), as: UTF8.self)
    return ".\(start.replacing("\u{FFFD}", with: ""))-\(String(hash, radix: 36))."
  }

  /// Removes temporary files of a folder.
  ///
  /// - Parameters:
  ///   - folder: where they lie.
  ///   - name: of the final file; `nil` for those of all files.
  ///   - isLocked: whether a lock excludes other writers; otherwise those stay whose process runs on this machine, or
  ///     that were written within the last hour.
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

  /// - Returns: the process number in a temporary file's name; `nil` for other names, and for those of other files.
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
