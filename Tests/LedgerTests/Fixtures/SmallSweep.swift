import Foundation
import Interferometry
import SimulatedDisk
import SweepRecords

@testable import Ledger

/// All that a coordinator asks of its ledger in a small sweep, in order, with a note of what has returned.
final class SmallSweep {
  static let stacks = 2
  static let pairs = 8
  static let batches = stacks * pairs

  /// What the ledger has promised so far.
  struct Promises {
    var isBound = false
    var hasPlan = false
    var hasUnits = false
    var epochs = 0
    var batches = 0
  }

  private(set) var promises = Promises()
  private let disk: SimulatedDisk
  private let synchronous: Ledger.Synchronous

  init(on disk: SimulatedDisk, synchronous: Ledger.Synchronous = .full) {
    self.disk = disk
    self.synchronous = synchronous
  }

  static let identity = SweepIdentity(model: "a", modelSHA256: "00", profile: "{}", patchSize: 224)

  /// Opens a ledger that writes its log into the file often, or as `checkpointFrames` says.
  static func open(
    _ disk: SimulatedDisk, _ synchronous: Ledger.Synchronous = .full, checkpointFrames: Int32 = 24
  ) throws -> Ledger {
    try Ledger(
      path: disk.path(of: "ledger.sqlite"), vfs: SimulatedDisk.vfs, synchronous: synchronous,
      checkpointFrames: checkpointFrames)
  }

  static func stack(_ index: Int) -> PlannedStack {
    PlannedStack(
      file: "s\(index).h5", volcano: "v\(index)", volcanoName: "V \(index)", frame: "00\(index)A_00000_000000",
      grid: Grid(height: 500, width: 400),
      geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
  }

  static func pair(_ index: Int) throws -> DatePair {
    guard let pair = DatePair("202001\(10 + index)_202002\(10 + index)") else { throw CocoaError(.formatting) }
    return pair
  }

  /// Batch `index` (0 and up) gives interferogram `index + 1` its outcome.
  static func batch(_ index: Int) -> LedgerBatch {
    var batch = LedgerBatch()
    let worker = LoggedWorker(
      number: index + 1, name: "host:\(index)",
      kind: MachineKind(processor: "p\(index % 2)", blasKernel: "k", planHash: "h"), joined: 1)
    batch.workers = [worker]
    let probabilities = [Float](repeating: Float(index) / 100, count: 200)
    let outcome: Outcome =
      index % 5 == 4
      ? .rejected(reason: "empty")
      : .scored(
        DetectionResult(
          patchProbabilities: probabilities, patchRows: 10, patchColumns: 20, maximumProbability: 0.5, row: index,
          column: 0, latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1,
          noDataShare: 0, meanCoherence: nil))
    batch.outcomes = [
      RecordedOutcome(number: index + 1, outcome: outcome, unit: 1, attempt: index, worker: index + 1)
    ]
    for state in ["leased", "done"] {
      batch.transitions.append(
        LoggedTransition(
          unit: 1, attempt: index, worker: index + 1, from: "open", to: state, stimulus: "word \(index)",
          detail: "batch \(index)", time: Int64(index)))
    }
    return batch
  }

  /// Runs it to its end, closed and opened once on the way.
  func run() throws {
    var ledger = try Self.open(disk, synchronous)
    try ledger.bind(to: Self.identity)
    promises.isBound = true
    try ledger.keep(candidateThreshold: 0.5)
    let pairs = try (0..<Self.pairs).map(Self.pair)
    _ = try ledger.plan((0..<Self.stacks).map { (Self.stack($0), pairs) })
    promises.hasPlan = true
    try ledger.planUnits(size: 4)
    promises.hasUnits = true
    for half in 0..<2 {
      let epoch = try ledger.beginEpoch(host: "here", pid: 1)
      promises.epochs += 1
      for index in half * Self.batches / 2..<(half + 1) * Self.batches / 2 {
        try ledger.write(Self.batch(index), epoch: epoch)
        promises.batches += 1
      }
      try ledger.endEpoch(epoch)
      try ledger.close()
      if half == 0 { ledger = try Self.open(disk, synchronous) }
    }
  }
}
