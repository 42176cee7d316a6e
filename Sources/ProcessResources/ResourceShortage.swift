/// The system gives this process less than the minimum it needs.
public struct ResourceShortage: Error, Hashable, CustomStringConvertible {
  /// Exit status for this error (`EX_OSERR`).
  public static let exitStatus: Int32 = 71

  /// Message for the user.
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
