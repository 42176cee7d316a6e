/// The file operation that an ingest is about to start. It is reported before each step that a damaged file
/// could crash.
public enum FileInProgress: Hashable, Sendable {
  /// Reading a raster or the header of a stack.
  case reading(String)
  /// Copying and appending to a stack.
  case writing(String)
  /// No file is in use.
  case nothing
}
