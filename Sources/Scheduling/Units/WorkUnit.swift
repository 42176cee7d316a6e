/// Number of a work unit, unique within a sweep and never reused, even by other coordinators.
public typealias UnitID = UInt64

/// An interferogram's number in the plan.
public typealias InterferogramNumber = Int

/// Number of a worker's session with one coordinator; a worker that leaves and reconnects gets a new one.
public typealias WorkerID = Int

/// Consecutive interferograms of one stack, assigned to one worker at a time.
public struct WorkUnit: Hashable, Sendable {
  /// The unit's number.
  public let id: UnitID
  /// The stack that holds them all, by its number in the plan.
  public let stack: Int
  /// Numbers in the plan, in the order of the stack; never empty.
  public let interferograms: [InterferogramNumber]

  /// - Precondition: `interferograms` is not empty.
  public init(id: UnitID, stack: Int, interferograms: [InterferogramNumber]) {
    precondition(!interferograms.isEmpty, "a work unit holds at least one interferogram")
    self.id = id
    self.stack = stack
    self.interferograms = interferograms
  }
}

/// A unit with what earlier coordinators recorded about it.
public struct PlannedUnit: Hashable, Sendable {
  /// Its open interferograms.
  public let unit: WorkUnit
  /// Its losses so far, in units of faint losses; a strong one counts ``SchedulingLimits/faintLossesPerLoss``
  /// times.
  public let blame: Int
  /// The unit it was split from; 0 for a unit of the original plan.
  public let parent: UnitID
  /// The losses that make up its blame, as far as they are known.
  public let losses: [UnitLoss]
  /// Claims about its interferograms that another worker has to confirm.
  public let claims: [PlannedClaim]

  public init(
    unit: WorkUnit, blame: Int = 0, parent: UnitID = 0, losses: [UnitLoss] = [], claims: [PlannedClaim] = []
  ) {
    self.unit = unit
    self.blame = blame
    self.parent = parent
    self.losses = losses
    self.claims = claims
  }
}

/// A worker's claim, under an earlier coordinator, that an interferogram cannot be scored.
public struct PlannedClaim: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public let interferogram: InterferogramNumber
  /// Where the worker ran.
  public let seat: WorkerSeat
  /// The worker's reason, for the log.
  public let reason: String

  public init(interferogram: InterferogramNumber, seat: WorkerSeat, reason: String) {
    (self.interferogram, self.seat, self.reason) = (interferogram, seat, reason)
  }
}
