/// The number of a work unit, unique within a sweep and never given out twice.
public typealias UnitID = UInt64

/// An interferogram's number in the plan.
public typealias InterferogramNumber = Int

/// The number of a worker's stay with the coordinator; one that leaves and comes back gets a new one.
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

/// A unit in one worker's hands: the attempt number tells this lease from every other of the same unit.
public struct Lease: Hashable, Sendable {
  public let unit: UnitID
  public let attempt: Int

  public init(unit: UnitID, attempt: Int) {
    self.unit = unit
    self.attempt = attempt
  }
}
