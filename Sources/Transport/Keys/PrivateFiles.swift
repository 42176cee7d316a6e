import Files
import Foundation

/// Files that only their owner can read or write, in a folder with the same restriction.
enum PrivateFiles {
  /// Reads a private file of this user.
  ///
  /// - Throws: ``KeyFileError`` if it is missing, too long, of another user, or accessible to others.
  static func read(_ file: URL, maximumBytes: Int) throws(KeyFileError) -> [UInt8] {
    try check(folder: file.deletingLastPathComponent())
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw KeyFileError.system("opened", file) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw KeyFileError.system("looked at", file) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw KeyFileError(.damaged, "\(file.path) is not a regular file")
    }
    try check(status, file, command: "chmod 600 \(file.path)")
    var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw KeyFileError.system("read", file) }
    guard count <= maximumBytes else { throw KeyFileError(.damaged, "\(file.path) is too long for a key file") }
    return Array(bytes[..<count])
  }

  /// Creates a file of mode 0600 atomically without replacing one; durable on return.
  ///
  /// - Throws: ``KeyFileError`` if it exists already, or the folder is not writable or is accessible to others.
  static func write(_ bytes: [UInt8], to file: URL) throws(KeyFileError) {
    let folder = file.deletingLastPathComponent()
    try check(folder: folder)
    let draft = folder.appending(
      path: ".\(file.lastPathComponent)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    let descriptor = open(draft.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw KeyFileError.system("made", draft) }
    defer { unlink(draft.path) }
    let isWritten =
      fchmod(descriptor, 0o600) == 0 && Foundation.write(descriptor, bytes, bytes.count) == bytes.count
      && fsync(descriptor) == 0
    let code = errno
    close(descriptor)
    errno = code
    guard isWritten else { throw KeyFileError.system("written", draft) }
    // Unlike `rename`, `link` fails if the name exists.
    guard link(draft.path, file.path) == 0 else {
      if errno == EEXIST { throw KeyFileError(.exists, "\(file.path) already exists and is never overwritten") }
      throw KeyFileError.system("made", file)
    }
    FileStep.reach(.keyLinked)
    try synchronize(folder: folder)
  }

  /// Removes temporary files of interrupted ``write(_:to:)`` calls. The caller has locked the folder.
  static func removeDrafts(in folder: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] where name.hasPrefix(".")
    {
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count > 2, parts.suffix(2).allSatisfy({ UInt32($0) != nil }) else { continue }
      unlink(folder.appending(path: name).path)
    }
  }

  /// Syncs a folder's entries to disk.
  static func synchronize(folder: URL) throws(KeyFileError) {
    do {
      try AtomicFile.synchronize(folder.path)
    } catch {
      throw KeyFileError(.system, "\(error)")
    }
  }

  /// Creates a folder of mode 0700, or accepts an existing private one of this user.
  static func makeFolder(_ folder: URL) throws(KeyFileError) {
    if mkdir(folder.path, 0o700) == 0 {
      guard chmod(folder.path, 0o700) == 0 else { throw KeyFileError.system("kept private", folder) }
      return try synchronize(folder: folder.deletingLastPathComponent())
    }
    guard errno == EEXIST else { throw KeyFileError.system("made", folder) }
    try check(folder: folder)
  }

  /// Checks the parent of a folder of keys: if others may rename its entries, they could replace the folder.
  static func check(parent folder: URL) throws(KeyFileError) {
    var status = stat()
    guard stat(folder.path, &status) == 0 else { throw KeyFileError.system("looked at", folder) }
    guard status.st_mode & 0o002 == 0 || status.st_mode & S_ISVTX != 0 else {
      throw KeyFileError(
        .openToOthers,
        "\(folder.path) can be written by others (mode \(String(status.st_mode & 0o777, radix: 8))), who could then replace "
          + "the folder of keys; run chmod go-w \(folder.path)")
    }
  }

  static func check(folder: URL) throws(KeyFileError) {
    var status = stat()
    guard lstat(folder.path, &status) == 0 else { throw KeyFileError.system("looked at", folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw KeyFileError(.damaged, "\(folder.path) is not a folder, or is a link to one")
    }
    try check(status, folder, command: "chmod 700 \(folder.path)")
  }

  private static func check(_ status: stat, _ file: URL, command: String) throws(KeyFileError) {
    guard status.st_uid == geteuid() else {
      throw KeyFileError(
        .notOurs,
        "\(file.path) belongs to user \(status.st_uid), not to the current user (\(geteuid())); keys must belong to their "
          + "owner's alone")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw KeyFileError(
        .openToOthers,
        "\(file.path) can be read or written by others (mode "
          + "\(String(status.st_mode & 0o777, radix: 8))); run \(command), and create new keys if somebody "
          + "may have read it")
    }
  }
}

/// A key, or its file, cannot be used.
public struct KeyFileError: Error, CustomStringConvertible {
  /// Categories of the problem.
  public enum Reason: Sendable {
    /// There is no such file or folder.
    case missing
    /// Group or others can read or write it, or its folder.
    case openToOthers
    case notOurs
    /// Not a valid key file.
    case damaged
    /// A public key instead of a secret one, the reverse, or a key of another pair.
    case wrongKey
    case exists
    /// An invalid name of a worker.
    case badName
    case system
  }

  /// The category, for callers that react to it.
  public let reason: Reason
  /// The file and what is wrong with it.
  public let description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }

  static func system(_ verb: String, _ file: URL) -> KeyFileError {
    let code = errno
    if code == ENOENT {
      return KeyFileError(.missing, "\(file.path) does not exist; create keys with volcsweep keys FOLDER")
    }
    return KeyFileError(.system, "\(file.path) cannot be \(verb): \(String(cString: strerror(code)))")
  }
}
