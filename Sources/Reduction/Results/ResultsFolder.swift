import Files
import Foundation

/// Exclusive access to a folder of results; other reductions wait.
final class ResultsFolder {
  /// Timeout for waiting for another reduction, seconds.
  static let timeoutSeconds = 600.0
  /// Text near the beginning of every map of this program.
  private static let mark = Data("SWEEP_MODEL_SHA256".utf8)
  private static let markBytes = 1 << 16

  let url: URL
  var maps: URL { url.appending(path: "maps") }
  private let lock: FolderLock

  /// Creates the folder if necessary, waits until no other process writes it, and removes leftovers of killed
  /// reductions.
  ///
  /// - Parameters:
  ///   - url: the folder.
  ///   - waits: called with the holder of the lock before waiting.
  /// - Throws: `OwnFolder.Refusal` for a symbolic link or a folder that others may write to,
  ///   ``ReductionError/busy(folder:holder:)``, or `FileError`.
  init(_ url: URL, waits: (_ holder: String) -> Void) throws {
    self.url = url
    try OwnFolder.check(inside: url)
    try OwnFolder.make(url, permissions: 0o755)
    do {
      lock = try FolderLock(
        Self.companion(of: url, "lock").path, waitingSeconds: Self.timeoutSeconds, waits: waits)
    } catch FolderLock.Failure.taken(_, let holder) {
      throw ReductionError.busy(folder: url.path, holder: holder)
    }
    try OwnFolder.make(maps, isInside: true, permissions: 0o755)
    for folder in [url, maps] { Self.removeTemporaryFiles(in: folder) }
  }

  /// A hidden file next to the folder, so that the folder contains only results.
  static func companion(of url: URL, _ kind: String) -> URL {
    let url = url.standardizedFileURL
    return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(kind)")
  }

  var manifest: URL { Self.companion(of: url, "manifest") }

  /// Removes maps of volcanoes without results. Files not written by a reduction are kept.
  ///
  /// - Parameters:
  ///   - names: file names, without suffix, of maps to keep.
  ///   - known: names of maps that an earlier reduction wrote.
  func removeMaps(otherThan names: Set<String>, known: Set<String>) {
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: maps.path)) ?? []).filter {
      !$0.hasPrefix(".")
    }
    for suffix in MapManifest.suffixes {
      for file in files where file.hasSuffix(suffix) {
        let name = String(file.dropLast(suffix.count))
        guard !names.contains(name), known.contains(name) || isOurs(name) else { continue }
        for suffix in MapManifest.suffixes { unlink(maps.appending(path: name + suffix).path) }
      }
    }
  }

  private func isOurs(_ name: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: maps.appending(path: name + ".h5").path) else { return false }
    defer { try? handle.close() }
    return (try? handle.read(upToCount: Self.markBytes))?.range(of: Self.mark) != nil
  }

  /// While the lock is held, no temporary file is in use.
  private static func removeTemporaryFiles(in folder: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(".") && name.hasSuffix(".partial") {
      unlink(folder.appending(path: name).path)
    }
  }
}
