/// Everything that a coordinator writes in one transaction.
public struct LedgerBatch: Sendable {
  /// In order of arrival.
  public var outcomes: [RecordedOutcome] = []
  /// State changes of units, in order.
  public var transitions: [LoggedTransition] = []
  /// New worker sessions.
  public var workers: [LoggedWorker] = []
  /// New execution plans of the network.
  public var plans: [MachinePlan] = []
  /// Changed blames of units.
  public var blames: [UnitBlame] = []
  /// Units that were split.
  public var splits: [UnitSplit] = []
  /// Results that differ from the recorded ones.
  public var differences: [ResultDifference] = []
  /// Replaced lists of worker deaths over units.
  public var losses: [UnitLosses] = []
  /// New claims that interferograms cannot be scored.
  public var claims: [LoggedClaim] = []
  /// Workers whose results were confirmed.
  public var confirmations: [Confirmation] = []
  /// Withdrawn outcomes.
  public var reopenings: [Reopening] = []

  public init() {}

  public init(outcomes: [RecordedOutcome]) {
    self.outcomes = outcomes
  }

  /// Whether there is nothing to write.
  public var isEmpty: Bool {
    outcomes.isEmpty && transitions.isEmpty && workers.isEmpty && plans.isEmpty && blames.isEmpty && splits.isEmpty
      && differences.isEmpty && losses.isEmpty && claims.isEmpty && confirmations.isEmpty && reopenings.isEmpty
  }
}

/// Everything a worker's results depend on besides the sweep: machines of one kind produce the same bytes.
public struct MachineKind: Hashable, Sendable {
  /// The processor's name.
  public var processor: String
  /// Name of the BLAS kernel set, as reported by OpenBLAS.
  public var blasKernel: String
  /// SHA-256 over model, execution plan and batch shape, hexadecimal.
  public var planHash: String

  public init(processor: String, blasKernel: String, planHash: String) {
    self.processor = processor
    self.blasKernel = blasKernel
    self.planHash = planHash
  }
}

/// Execution plan of the network on one kind of machine.
public struct MachinePlan: Hashable, Sendable {
  /// The kind of machine, in the workers' encoding.
  public var machine: String
  /// The plan, in the workers' encoding.
  public var document: String

  public init(machine: String, document: String) {
    self.machine = machine
    self.document = document
  }
}

/// A worker's session with a coordinator.
public struct LoggedWorker: Hashable, Sendable {
  /// Its number within the coordinator's epoch, from 1.
  public var number: Int
  /// Host and process, `host:pid`.
  public var name: String
  /// Kind of the worker's machine.
  public var kind: MachineKind
  /// Milliseconds since 1970.
  public var joined: Int64

  public init(number: Int, name: String, kind: MachineKind, joined: Int64) {
    self.number = number
    self.name = name
    self.kind = kind
    self.joined = joined
  }
}

/// A state change of a unit.
public struct LoggedTransition: Hashable, Sendable {
  /// The unit's number.
  public var unit: UInt64
  /// Attempt within the epoch; 0 if no lease is involved.
  public var attempt: Int
  /// The worker's number within the epoch; 0 if none is involved.
  public var worker: Int
  /// State before, a raw value of `Scheduling.Transition.State`.
  public var from: String
  /// State after, a raw value of `Scheduling.Transition.State`.
  public var to: String
  /// Cause, a raw value of `Scheduling.Transition.Stimulus`.
  public var stimulus: String
  /// More about the cause; empty for ordinary steps.
  public var detail: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(
    unit: UInt64, attempt: Int, worker: Int, from: String, to: String, stimulus: String, detail: String = "",
    time: Int64
  ) {
    self.unit = unit
    self.attempt = attempt
    self.worker = worker
    self.from = from
    self.to = to
    self.stimulus = stimulus
    self.detail = detail
    self.time = time
  }
}

/// Worker losses attributed to a unit.
public struct UnitBlame: Hashable, Sendable {
  /// The unit's number.
  public var unit: UInt64
  /// In units of faint losses.
  public var blame: Int

  public init(unit: UInt64, blame: Int) {
    self.unit = unit
    self.blame = blame
  }
}

/// A unit whose open interferograms continue in other units.
public struct UnitSplit: Hashable, Sendable {
  /// Number of the unit that was split.
  public var parent: UInt64
  /// The new units.
  public var children: [LedgerUnit]

  public init(parent: UInt64, children: [LedgerUnit]) {
    self.parent = parent
    self.children = children
  }
}

/// A work unit as stored.
public struct LedgerUnit: Hashable, Sendable {
  public var id: UInt64
  /// The stack's number in the plan.
  public var stack: Int
  /// The unit it was split from; 0 for a unit of the original plan.
  public var parent: UInt64
  /// Worker losses attributed to it, in units of faint losses.
  public var blame: Int
  /// Numbers of its open interferograms, in plan order.
  public var interferograms: [Int]

  public init(id: UInt64, stack: Int, parent: UInt64, blame: Int, interferograms: [Int]) {
    self.id = id
    self.stack = stack
    self.parent = parent
    self.blame = blame
    self.interferograms = interferograms
  }
}

/// Results of two machines for one interferogram that differ.
public struct ResultDifference: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public var number: Int
  /// The worker whose later result was dropped, by its number within this epoch.
  public var worker: Int
  /// What differs and by how much, as text.
  public var detail: String
  /// Milliseconds since 1970.
  public var time: Int64

  public init(number: Int, worker: Int, detail: String, time: Int64) {
    self.number = number
    self.worker = worker
    self.detail = detail
    self.time = time
  }
}
