import FileReasons

/// Symbolic links without a target, for example to a store that is not mounted. The target may exist another
/// day, so such a link must not count as a missing file.
enum DanglingLink {
  /// Why a path cannot be read; `nil` if it is not a dangling link.
  static func reason(of path: String) -> String? {
    FileAccess.danglingLink(at: path).map { "\($0); mount its file system or fetch the file, and ingest again" }
  }
}
