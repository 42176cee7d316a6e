/// A claim of an earlier coordinator's worker.
public struct KnownClaim: Hashable, Sendable {
  public let number: Int
  public let seat: LoggedSeat
  public let reason: String

  package init(number: Int, seat: LoggedSeat, reason: String) {
    (self.number, self.seat, self.reason) = (number, seat, reason)
  }
}
