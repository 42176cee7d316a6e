/// The number of a work unit, unique within a sweep and never given out twice, whatever the coordinator.
public typealias UnitID = UInt64

/// An interferogram's number in the plan.
public typealias InterferogramNumber = Int

/// The number of a worker's stay with one coordinator; one that leaves and comes back gets a new one.
public typealias WorkerID = Int

/// A run of interferograms of one stack, handed to one worker at a time.
public struct WorkUnit: Hashable, Sendable {
  public let id: UnitID
  /// The stack that holds them all, by its number in the plan.
  public let stack: Int
  /// In the order of the stack; never empty.
  public let interferograms: [InterferogramNumber]

  public init(id: UnitID, stack: Int, interferograms: [InterferogramNumber]) {
    precondition(!interferograms.isEmpty, "a work unit holds at least one interferogram")
    self.id = id
    self.stack = stack
    self.interferograms = interferograms
  }
}

/// A unit with what earlier coordinators learnt of it.
public struct PlannedUnit: Hashable, Sendable {
  /// Its open interferograms.
  public let unit: WorkUnit
  /// Faint losses it has cost so far; a strong one counts ``SchedulingLimits/faintLossesPerLoss`` times.
  public let blame: Int
  /// The unit it was split from; 0 for one that the plan cut.
  public let parent: UnitID
  /// The losses that its blame came from, as far as they are known.
  public let losses: [UnitLoss]
  /// What workers said of interferograms of it that another has to confirm.
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

/// A worker's word under an earlier coordinator that an interferogram cannot be scored.
public struct PlannedClaim: Hashable, Sendable {
  public let interferogram: InterferogramNumber
  public let seat: WorkerSeat
  public let reason: String

  public init(interferogram: InterferogramNumber, seat: WorkerSeat, reason: String) {
    (self.interferogram, self.seat, self.reason) = (interferogram, seat, reason)
  }
}
