/// Where a worker ran, as stored.
public struct LoggedSeat: Hashable, Sendable {
  /// The machine as in the worker's name: the part before an `@` is its key.
  public var host: String
  /// Counted from 1; 0 if unknown.
  public var slot: Int

  public init(host: String, slot: Int) {
    (self.host, self.slot) = (host, slot)
  }
}

/// A worker's death over a unit.
public struct LoggedLoss: Hashable, Sendable {
  /// Where the worker ran.
  public var seat: LoggedSeat
  /// In units of faint losses.
  public var weight: Int
  /// Raw value of `Scheduling.UnitLoss.Standing`.
  public var standing: Int

  public init(seat: LoggedSeat, weight: Int, standing: Int) {
    (self.seat, self.weight, self.standing) = (seat, weight, standing)
  }
}

/// All worker deaths attributed to a unit.
public struct UnitLosses: Hashable, Sendable {
  /// The unit's number.
  public var unit: UInt64
  /// The deaths that replace the stored ones.
  public var losses: [LoggedLoss]

  public init(unit: UInt64, losses: [LoggedLoss]) {
    (self.unit, self.losses) = (unit, losses)
  }
}

/// A worker's claim that an interferogram cannot be scored.
public struct LoggedClaim: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public var number: Int
  /// The worker's number within this epoch.
  public var worker: Int
  /// Where the worker ran.
  public var seat: LoggedSeat
  /// The worker's reason.
  public var reason: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(number: Int, worker: Int, seat: LoggedSeat, reason: String, time: Int64) {
    (self.number, self.worker, self.seat, self.reason, self.time) = (number, worker, seat, reason, time)
  }
}

/// Confirmation of everything a worker recorded up to a moment.
public struct Confirmation: Hashable, Sendable {
  /// The worker's number within this epoch.
  public var worker: Int
  /// Milliseconds since 1970.
  public var recorded: Int64

  public init(worker: Int, recorded: Int64) {
    (self.worker, self.recorded) = (worker, recorded)
  }
}

/// Outcomes that are withdrawn, their interferograms open again in new units.
public struct Reopening: Hashable, Sendable {
  /// The new units.
  public var units: [LedgerUnit]
  /// Who withdrew them and why.
  public var cause: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(units: [LedgerUnit], cause: String, time: Int64) {
    (self.units, self.cause, self.time) = (units, cause, time)
  }
}
