import Foundation
import Names

/// Why a path cannot be used. A missing file, missing permission and a dangling link are reported
/// differently.
public enum FileAccess {
  /// The problem of a path that leads nowhere.
  public static let notThere = "does not exist"

  /// Why a file or a folder cannot be opened for reading; `nil` if it can.
  public static func problem(reading path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor < 0 else {
      close(descriptor)
      return nil
    }
    return problem(path, code: errno)
  }

  /// Why a file or a folder that somebody named cannot be opened for reading, with a suggestion where it does not
  /// exist; `nil` where it can.
  public static func problem(naming path: String) -> String? {
    let problem = problem(reading: path)
    return problem == notThere ? notThere + suggestion(for: path) : problem
  }

  /// Why a folder cannot be listed; `nil` where it can.
  public static func problem(listing path: String) -> String? {
    guard let folder = opendir(path) else { return problem(path, code: errno) }
    closedir(folder)
    return nil
  }

  /// Why a file cannot be found; `nil` if it exists, readable or not.
  public static func problem(finding path: String) -> String? {
    var status = stat()
    return stat(path, &status) == 0 ? nil : problem(path, code: errno)
  }

  /// The target of a dangling link, as a text for messages; `nil` if the path exists or is not a link.
  public static func danglingLink(at path: String) -> String? {
    var status = stat()
    guard stat(path, &status) != 0, [ENOENT, ENOTDIR, ELOOP].contains(errno) else { return nil }
    return danglingLink(path)
  }

  /// Paths that may be meant by one that is not there.
  ///
  /// - Parameters:
  ///   - path: as it was given.
  ///   - isMeant: whether a path is of the kind that is looked for.
  /// - Returns: `; did you mean A or B?`; empty where nothing beside it has a similar name.
  public static func suggestion(for path: String, where isMeant: (String) -> Bool = { _ in true }) -> String {
    var path = path
    while path.hasSuffix("/"), path.count > 1 { path.removeLast() }
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    let (name, limit) = (url.lastPathComponent, 10_000)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), names.count <= limit else {
      return ""
    }
    let front = path.dropLast(name.count)
    guard path.hasSuffix(name) else { return "" }
    let near = NearNames.misspelt(name, among: names.filter { !$0.hasPrefix(".") && $0 != name })
    return NearNames.question(near.map { front + $0 }.filter(isMeant))
  }

  private static func problem(_ path: String, code: Int32) -> String {
    let reason = SystemReason.reason(code: code)
    switch code {
    case ENOENT: return danglingLink(path) ?? notThere
    case EACCES, EPERM:
      let folder = closedFolder(above: path).map { "no permission to enter the folder \($0): " } ?? ""
      return "cannot be read: \(folder)\(reason)"
    default: return "cannot be read: \(reason)"
    }
  }

  private static func danglingLink(_ path: String) -> String? {
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
    return "is a link to \(target), which does not exist"
  }

  /// The first folder on the path that this user may not enter.
  private static func closedFolder(above path: String) -> String? {
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var closed: String?
    while folder.path != "/", folder.path != "" {
      var status = stat()
      if stat(folder.path, &status) == 0, access(folder.path, X_OK) != 0 { closed = folder.path }
      folder = folder.deletingLastPathComponent()
    }
    return closed
  }
}
