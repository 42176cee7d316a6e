import Foundation

/// A file's name, which is durable when the folder that holds it is: what was written into the file is of no use after
/// a power loss that took its name.
enum FolderEntry {
  /// Waits until the disk has the names of a file and of its folder.
  ///
  /// - Throws: ``LedgerError/notDurable(path:detail:)`` when it cannot be told to keep them.
  static func makeDurable(_ path: String) throws(LedgerError) {
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
    if let reason = synchronize(folder) {
      throw LedgerError.notDurable(path: path, detail: "its folder cannot be synced to disk: \(reason)")
    }
    // The folder above may be one that only others may list; then it was not made for this sweep.
    let above = folder.deletingLastPathComponent()
    guard access(above.path, R_OK) == 0, let reason = synchronize(above) else { return }
    throw LedgerError.notDurable(path: path, detail: "\(above.path) cannot be synced to disk: \(reason)")
  }

  /// - Returns: why it cannot be; `nil` when it is.
  private static func synchronize(_ folder: URL) -> String? {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    // File systems that know no such call say EINVAL.
    return fsync(descriptor) == 0 || errno == EINVAL ? nil : String(cString: strerror(errno))
  }
}
