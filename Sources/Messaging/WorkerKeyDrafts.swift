import Foundation

/// Folders of workers' keys that are not in their place yet, or no more: hidden ones beside those that are. Whoever uses
/// them holds the key folder's lock.
struct WorkerKeyDrafts {
  private static let prefix = ".draft-"
  private static let files: Set<String> = ["worker.secret", "server.public"]

  let workers: URL

  /// A name for a new draft.
  func folder(_ name: WorkerName) -> URL {
    workers.appending(path: "\(Self.prefix)\(name.text)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
  }

  /// Moves what an interrupted call left in a worker's place out of the way: a folder with nothing in it but keys.
  ///
  /// - Throws: ``KeyFileError`` for anything else that is there.
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

  /// Removes all drafts; what cannot be removed stays.
  func removeAll() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: workers.path)) ?? []
    where name.hasPrefix(Self.prefix) {
      try? FileManager.default.removeItem(at: workers.appending(path: name))
    }
  }

  /// Whether a file of a worker's folder is a temporary one of ``PrivateFiles``.
  private static func isDraft(_ file: String) -> Bool {
    files.contains { file.hasPrefix(".\($0)-") }
  }
}
