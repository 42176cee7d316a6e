import Foundation

/// Folders that only the user of this process can change, so that files are written where they appear to be.
///
/// In a folder that others can write to, they can place links, and a file elsewhere would be overwritten.
/// Therefore such folders are refused, and so are symbolic links in place of a folder or of a file that is
/// opened by name.
public enum OwnFolder {
  /// Why a folder or file is not written to, with the remedy.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Message for the user.
    public let description: String
  }

  /// Checks a folder named by the user; a missing folder passes. The path itself may be a link owned by this
  /// user or root.
  ///
  /// - Throws: ``Refusal`` if it is not a folder, belongs to another user, or is writable by group or others.
  public static func check(_ folder: URL) throws(Refusal) {
    var status = stat()
    guard lstat(folder.path, &status) == 0 else { return try refuse(unlessMissing: folder) }
    if status.st_mode & S_IFMT == S_IFLNK {
      guard status.st_uid == geteuid() || status.st_uid == 0 else {
        throw Refusal(
          description: "\(folder.path) is a link created by user \(status.st_uid); use the folder that it points to"
        )
      }
      guard stat(folder.path, &status) == 0 else { return try refuse(unlessMissing: folder) }
    }
    try check(status, folder)
  }

  /// Checks a folder inside one that passed: it must not be a link. A missing folder passes. Group write
  /// permission, which earlier versions left to the umask, is removed.
  ///
  /// - Throws: ``Refusal``.
  public static func check(inside folder: URL) throws(Refusal) {
    var status = stat()
    guard lstat(folder.path, &status) == 0 else { return try refuse(unlessMissing: folder) }
    try refuse(linkAt: folder.path, status)
    if status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o022 == 0o020,
      chmod(folder.path, status.st_mode & 0o7755) == 0
    {
      status.st_mode &= ~0o020
    }
    try check(status, folder)
  }

  /// Checks a file before it is opened for writing in place: it must not be a link or have other hard links.
  /// A missing file passes.
  ///
  /// - Throws: ``Refusal``.
  public static func check(file: URL) throws(Refusal) {
    var status = stat()
    guard lstat(file.path, &status) == 0 else { return try refuse(unlessMissing: file) }
    try refuse(linkAt: file.path, status)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Refusal(description: "\(file.path) is not a regular file; remove it and run the same command again")
    }
    guard status.st_nlink <= 1 else {
      throw Refusal(
        description:
          "\(file.path) is a file with \(status.st_nlink) names (hard links), so writing to it would also change "
          + "the others; replace it by a copy (cp) or remove it")
    }
  }

  /// Creates a folder and its parents, or checks an existing one.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - isInside: Whether it is in a folder that passed; then it must not be a link.
  ///   - permissions: Permissions of a new folder, before the umask.
  /// - Throws: ``Refusal``, or ``FileError`` if it cannot be created.
  public static func make(_ folder: URL, isInside: Bool = false, permissions: mode_t = 0o700) throws {
    if isInside { try check(inside: folder) } else { try check(folder) }
    if mkdir(folder.path, permissions) == 0 { return try AtomicFile.synchronizeFolder(of: folder.path) }
    switch errno {
    case EEXIST: if isInside { try check(inside: folder) } else { try check(folder) }
    case ENOENT where !isInside:
      try FileManager.default.createDirectory(
        at: folder.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      guard mkdir(folder.path, permissions) == 0 || errno == EEXIST else { throw FileError("made", folder.path) }
    default: throw FileError("made", folder.path)
    }
  }

  private static func refuse(unlessMissing url: URL) throws(Refusal) {
    let code = errno
    guard code != ENOENT else { return }
    throw Refusal(description: "\(url.path) cannot be examined: \(String(cString: strerror(code)))")
  }

  private static func refuse(linkAt path: String, _ status: stat) throws(Refusal) {
    guard status.st_mode & S_IFMT == S_IFLNK else { return }
    throw Refusal(
      description: "\(path) is a symbolic link, and links in a run folder are not followed; remove it, or put "
        + "the file or folder itself in its place")
  }

  private static func check(_ status: stat, _ folder: URL) throws(Refusal) {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw Refusal(description: "\(folder.path) is not a folder; use another one")
    }
    guard status.st_uid == geteuid() else {
      throw Refusal(
        description:
          "\(folder.path) belongs to user \(status.st_uid), not to the current user (\(geteuid())); run the "
          + "command as its owner, or use another folder")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw Refusal(
        description: "\(folder.path) can be written by others (mode "
          + "\(String(status.st_mode & 0o7777, radix: 8))), who could replace results there; run "
          + "chmod go-w \(folder.path), and check its contents first")
    }
  }
}
