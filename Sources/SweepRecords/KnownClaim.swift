/// A claim of an earlier coordinator's worker.
public struct KnownClaim: Hashable, Sendable {
  /// Number in the plan of the interferogram that, by the claim, cannot be scored.
  public let number: Int
  /// Machine and slot of the worker.
  public let seat: LoggedSeat
  /// Why it cannot be scored, as the worker reported it.
  public let reason: String

  package init(number: Int, seat: LoggedSeat, reason: String) {
    (self.number, self.seat, self.reason) = (number, seat, reason)
  }
}
