/// What an ingest is about to do with which file: told before every step that a damaged file could end it in.
public enum FileAtHand: Hashable, Sendable {
  /// A raster or a stack's head is read.
  case reading(String)
  /// A stack is copied and appended to.
  case writing(String)
  /// Nothing that belongs to a file.
  case nothing
}
