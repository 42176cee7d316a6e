import Foundation

/// The folder that everything of one run of the harness lives in. Its name tells processes, mounts and network
/// namespaces of this run from all others', so that they can be removed whatever happened, also by the next run.
struct ChaosRoot {
  /// Made at first use.
  ///
  /// - Throws: what the file system says.
  static func shared() throws -> ChaosRoot { try made.get() }

  private static let made = Result { try ChaosRoot() }
  private static let prefix = "volcsweep-chaos-"

  let folder: URL
  /// A few letters for names that must be short.
  let tag: String

  private init() throws {
    let temporary = URL(fileURLWithPath: NSTemporaryDirectory(), isDirectory: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: temporary.path)
    where name.hasPrefix(Self.prefix) {
      let stale = temporary.appending(path: name)
      // Whoever made the folder holds its lock for as long as it lives.
      guard Self.takeLock(of: stale) != nil else { continue }
      Leftovers.remove(stale, tag: String(name.dropFirst(Self.prefix.count)))
    }
    tag = String(getpid(), radix: 36)
    folder = temporary.appending(path: Self.prefix + tag)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Held until the process ends.
    _ = Self.takeLock(of: folder)
    atexit { ChaosRoot.leave() }
  }

  private static func takeLock(of folder: URL) -> Int32? {
    let descriptor = open(folder.appending(path: ".lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  private static func leave() {
    ChaosTable.print()
    guard let root = try? made.get() else { return }
    if ChaosSettings.keepsFolders {
      Leftovers.endProcesses(of: root.folder)
      return print("the cases' folders are kept: \(root.folder.path)")
    }
    Leftovers.remove(root.folder, tag: root.tag)
  }
}
