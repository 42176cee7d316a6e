/// What a worker that hears nothing from its coordinator finds out about it.
public enum CoordinatorPlace: Hashable, Sendable {
  /// Where one listens now.
  case at(String)
  /// Nobody knows: it may still be where it was, or come back.
  case unknown
  /// The sweep is complete, and none will come.
  case over
}
