/// Where the coordinator is, as far as a worker that hears nothing from it can find out.
public enum CoordinatorLocation: Hashable, Sendable {
  /// A coordinator listens at this address.
  case at(String)
  /// Unknown: it may be where it was, or come back.
  case unknown
  /// The sweep is complete; no coordinator will come back.
  case over
}
