/// A message that is not of the protocol.
public struct MessageError: Error, CustomStringConvertible {
  /// What is wrong with the message, as text for the log.
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
