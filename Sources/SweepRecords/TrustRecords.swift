/// Where a worker ran, in words.
public struct LoggedSeat: Hashable, Sendable {
  /// As in its name: what stands before an `@` is its key.
  public var host: String
  /// From 1; 0 where it is not known.
  public var slot: Int

  public init(host: String, slot: Int) {
    (self.host, self.slot) = (host, slot)
  }
}

/// A worker's death over a unit.
public struct LoggedLoss: Hashable, Sendable {
  public var seat: LoggedSeat
  /// In faint losses.
  public var weight: Int
  /// `Scheduling.UnitLoss.Standing`.
  public var standing: Int

  public init(seat: LoggedSeat, weight: Int, standing: Int) {
    (self.seat, self.weight, self.standing) = (seat, weight, standing)
  }
}

/// All deaths that are put down to a unit.
public struct UnitLosses: Hashable, Sendable {
  public var unit: UInt64
  public var losses: [LoggedLoss]

  public init(unit: UInt64, losses: [LoggedLoss]) {
    (self.unit, self.losses) = (unit, losses)
  }
}

/// One worker's word that an interferogram cannot be scored.
public struct LoggedClaim: Hashable, Sendable {
  public var number: Int
  /// Number within this epoch.
  public var worker: Int
  public var seat: LoggedSeat
  public var reason: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(number: Int, worker: Int, seat: LoggedSeat, reason: String, time: Int64) {
    (self.number, self.worker, self.seat, self.reason, self.time) = (number, worker, seat, reason, time)
  }
}

/// That what a worker recorded up to a moment is confirmed.
public struct Confirmation: Hashable, Sendable {
  /// Number within this epoch.
  public var worker: Int
  /// Milliseconds since 1970.
  public var recorded: Int64

  public init(worker: Int, recorded: Int64) {
    (self.worker, self.recorded) = (worker, recorded)
  }
}

/// Outcomes that are open again, in new units.
public struct Reopening: Hashable, Sendable {
  public var units: [LedgerUnit]
  /// Who took them back and why.
  public var cause: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(units: [LedgerUnit], cause: String, time: Int64) {
    (self.units, self.cause, self.time) = (units, cause, time)
  }
}
