import FileReasons

/// Symbolic links that lead to nothing, as to a store that is not mounted: what they stand for is there on another day, so
/// they are not taken for absent files.
enum DanglingLink {
  /// Why a path cannot be read; `nil` for one that is no such link.
  static func reason(of path: String) -> String? {
    FileAccess.danglingLink(at: path).map { "\($0); mount its file system or fetch the file, and ingest again" }
  }
}
