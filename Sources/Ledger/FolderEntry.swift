import Files
import Foundation

/// Makes the directory entry of a file durable. Data synced to a file is lost all the same if a power failure
/// loses its name.
enum FolderEntry {
  /// Syncs the folder of a file, and the folder above it.
  ///
  /// - Throws: ``LedgerError/notDurable(path:detail:)`` if the sync fails.
  static func makeDurable(_ path: String) throws(LedgerError) {
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
    if let reason = synchronize(folder) {
      throw LedgerError.notDurable(path: path, detail: "its folder cannot be synced to disk: \(reason)")
    }
    // The folder above may be unreadable to this user; then it was not created for this sweep.
    let above = folder.deletingLastPathComponent()
    guard access(above.path, R_OK) == 0, let reason = synchronize(above) else { return }
    throw LedgerError.notDurable(path: path, detail: "\(above.path) cannot be synced to disk: \(reason)")
  }

  /// - Returns: why the sync failed; `nil` on success.
  private static func synchronize(_ folder: URL) -> String? {
    do {
      try AtomicFile.synchronize(folder.path)
      return nil
    } catch {
      return String(cString: strerror(error.code))
    }
  }
}
