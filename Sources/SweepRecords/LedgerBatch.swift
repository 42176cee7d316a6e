/// Everything a coordinator writes in one transaction.
public struct LedgerBatch: Sendable {
  /// In the order they came about.
  public var outcomes: [RecordedOutcome] = []
  public var transitions: [LoggedTransition] = []
  public var workers: [LoggedWorker] = []
  public var plans: [MachinePlan] = []
  public var blames: [UnitBlame] = []
  public var splits: [UnitSplit] = []
  public var differences: [ResultDifference] = []
  public var losses: [UnitLosses] = []
  public var claims: [LoggedClaim] = []
  public var confirmations: [Confirmation] = []
  public var reopenings: [Reopening] = []

  public init() {}

  public init(outcomes: [RecordedOutcome]) {
    self.outcomes = outcomes
  }

  public var isEmpty: Bool {
    outcomes.isEmpty && transitions.isEmpty && workers.isEmpty && plans.isEmpty && blames.isEmpty && splits.isEmpty
      && differences.isEmpty && losses.isEmpty && claims.isEmpty && confirmations.isEmpty && reopenings.isEmpty
  }
}

/// What a worker's results depend on besides the sweep: results of one kind have the same bytes.
public struct MachineKind: Hashable, Sendable {
  /// The processor's name.
  public var processor: String
  /// Name of the BLAS kernel set, as OpenBLAS says it.
  public var blasKernel: String
  /// SHA-256 over model, execution plan and batch shape, hexadecimal.
  public var planHash: String

  public init(processor: String, blasKernel: String, planHash: String) {
    self.processor = processor
    self.blasKernel = blasKernel
    self.planHash = planHash
  }
}

/// How a kind of machine computes the sweep's network.
public struct MachinePlan: Hashable, Sendable {
  /// The kind, in the workers' words.
  public var machine: String
  /// The plan, in the workers' words.
  public var document: String

  public init(machine: String, document: String) {
    self.machine = machine
    self.document = document
  }
}

/// A worker's stay with a coordinator.
public struct LoggedWorker: Hashable, Sendable {
  /// Its number within the coordinator's epoch, from 1.
  public var number: Int
  /// Host and process, `host:pid`.
  public var name: String
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

/// A step in a unit's life.
public struct LoggedTransition: Hashable, Sendable {
  public var unit: UInt64
  /// Within the epoch; 0 where no lease is meant.
  public var attempt: Int
  /// The worker's number within the epoch; 0 where none is meant.
  public var worker: Int
  /// Words of `Scheduling.Transition.State` and `.Stimulus`.
  public var from: String
  public var to: String
  public var stimulus: String
  /// More about the cause, in words; empty for ordinary steps.
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

/// How much of workers' losses is put down to a unit.
public struct UnitBlame: Hashable, Sendable {
  public var unit: UInt64
  public var blame: Int

  public init(unit: UInt64, blame: Int) {
    self.unit = unit
    self.blame = blame
  }
}

/// A unit whose open interferograms go on in others.
public struct UnitSplit: Hashable, Sendable {
  public var parent: UInt64
  public var children: [LedgerUnit]

  public init(parent: UInt64, children: [LedgerUnit]) {
    self.parent = parent
    self.children = children
  }
}

/// A work unit as the ledger keeps it.
public struct LedgerUnit: Hashable, Sendable {
  public var id: UInt64
  public var stack: Int
  /// The unit it was split from; 0 for one that the plan cut.
  public var parent: UInt64
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

/// Two machines that disagree about one interferogram.
public struct ResultDifference: Hashable, Sendable {
  public var number: Int
  /// Number within this epoch of the worker whose later result was dropped.
  public var worker: Int
  /// In words: what differs and by how much.
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
