/// The system gives this process less than it needs to work at all.
public struct ResourceShortage: Error, Hashable, CustomStringConvertible {
  /// What a process exits with for this reason (`EX_OSERR`).
  public static let exitStatus: Int32 = 71

  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
