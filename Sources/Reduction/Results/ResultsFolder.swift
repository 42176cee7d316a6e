import Files
import Foundation

/// A folder of results while one reduction writes it; others wait.
final class ResultsFolder {
  /// Seconds for which another reduction is waited for.
  static let patienceSeconds = 600.0
  /// What maps of this program have in their attributes, near the beginning of the file.
  private static let mark = Data("SWEEP_MODEL_SHA256".utf8)
  private static let markBytes = 1 << 16

  let url: URL
  var maps: URL { url.appending(path: "maps") }
  private let lock: FolderLock

  /// Makes the folder where it is missing, waits until nobody else writes it, and removes what killed reductions left.
  ///
  /// - Parameters:
  ///   - url: the folder.
  ///   - waits: called with the holder of the lock where there is something to wait for.
  /// - Throws: `OwnFolder.Refusal` for a link or what others may write, ``ReductionError/busy(folder:holder:)``, or
  ///   `FileError`.
  init(_ url: URL, waits: (_ holder: String) -> Void) throws {
    self.url = url
    try OwnFolder.check(inside: url)
    try OwnFolder.make(url, permissions: 0o755)
    do {
      lock = try FolderLock(
        Self.companion(of: url, "lock").path, waitingSeconds: Self.patienceSeconds, waits: waits)
    } catch FolderLock.Failure.taken(_, let holder) {
      throw ReductionError.busy(folder: url.path, holder: holder)
    }
    try OwnFolder.make(maps, isInside: true, permissions: 0o755)
    for folder in [url, maps] { Self.removeTemporaryFiles(in: folder) }
  }

  /// A file beside the folder, hidden, so that the folder holds nothing but results.
  static func companion(of url: URL, _ kind: String) -> URL {
    let url = url.standardizedFileURL
    return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(kind)")
  }

  var manifest: URL { Self.companion(of: url, "manifest") }

  /// Removes the maps of volcanoes that have none any more. Files that no reduction wrote stay.
  ///
  /// - Parameters:
  ///   - names: of the maps that stay, without the end of their files' names.
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

  /// With the lock held nobody writes one, whatever it is called.
  private static func removeTemporaryFiles(in folder: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(".") && name.hasSuffix(".partial") {
      unlink(folder.appending(path: name).path)
    }
  }
}
