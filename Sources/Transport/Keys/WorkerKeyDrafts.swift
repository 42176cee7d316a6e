import Foundation

/// Hidden folders of workers' keys that are being created or deleted, next to the final ones. The caller holds
/// the key folder's lock.
struct WorkerKeyDrafts {
  private static let prefix = ".draft-"
  private static let files: Set<String> = ["worker.secret", "server.public"]

  let workers: URL

  /// A name for a new draft.
  func folder(_ name: WorkerName) -> URL {
    workers.appending(path: "\(Self.prefix)\(name.text)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
  }

  /// Moves leftovers of an interrupted call out of a worker's folder: a folder that contains nothing but keys.
  ///
  /// - Throws: ``KeyFileError`` if anything else is there.
  func putAside(_ place: URL) throws(KeyFileError) {
    var status = stat()
    guard lstat(place.path, &status) == 0 else { return }
    let content = try? FileManager.default.contentsOfDirectory(atPath: place.path)
    guard status.st_mode & S_IFMT == S_IFDIR, let content,
      content.allSatisfy({ file in Self.files.contains(file) || Self.isDraft(file) })
    else {
      throw KeyFileError(
        .exists, "\(place.path) already exists and contains other files than a worker's keys; choose another name")
    }
    let aside = workers.appending(
      path: "\(Self.prefix)\(place.lastPathComponent)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    guard rename(place.path, aside.path) == 0 else { throw KeyFileError.system("moved aside", place) }
  }

  /// Removes all drafts as far as possible.
  func removeAll() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: workers.path)) ?? []
    where name.hasPrefix(Self.prefix) {
      try? FileManager.default.removeItem(at: workers.appending(path: name))
    }
  }

  /// Whether a file in a worker's folder is a temporary file of ``PrivateFiles``.
  private static func isDraft(_ file: String) -> Bool {
    files.contains { file.hasPrefix(".\($0)-") }
  }
}
