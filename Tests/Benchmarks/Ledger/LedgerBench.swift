import Foundation
import Interferometry
import Ledger
import SweepRecords

/// What the ledger costs a sweep: planning many interferograms, and a unit's outcome with two transitions, in batches.
///
///     ledger-bench [planned interferograms] [units written] [units a batch] [folder]
///
/// In a folder that is named the ledger stays, and is continued where there is one.
@main
struct LedgerBench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.compactMap { Int($0) }
    let planned = numbers.first ?? 1_000_000
    let written = min(planned, numbers.dropFirst().first ?? 200_000)
    let batch = numbers.dropFirst(2).first ?? 300
    if let folder = arguments.dropFirst(3).first {
      return try run(URL(fileURLWithPath: folder), planned: planned, written: written, batch: batch)
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try run(folder, planned: planned, written: written, batch: batch)
  }

  private static func run(_ folder: URL, planned: Int, written: Int, batch: Int) throws {
    let ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    try ledger.bind(to: SweepIdentity(model: "none", modelSHA256: "00", profile: "{}", patchSize: 224))
    try ledger.keep(candidateThreshold: 0.5)
    let size = min(planned, 1000)
    let stacks = (0..<planned / size).map { (stack($0), pairs(size)) }
    _ = try Stopwatch.measure("plan", planned) { try ledger.plan(stacks) }
    try Stopwatch.measure("plan units", planned) { try ledger.planUnits(size: 16) }
    _ = try Stopwatch.measure("list open interferograms", planned) { try ledger.openInterferograms() }
    _ = try Stopwatch.measure("list open units", planned) { try ledger.openUnits() }
    let epoch = try ledger.beginEpoch(host: "bench", pid: getpid())
    var workers = LedgerBatch()
    workers.workers = [
      LoggedWorker(
        number: 1, name: "bench:1", kind: MachineKind(processor: "p", blasKernel: "k", planHash: "h"), joined: 0)
    ]
    try ledger.write(workers, epoch: epoch)
    let batches = stride(from: 0, to: written, by: batch).map { first in
      Self.batch(first..<min(written, first + batch))
    }
    try Stopwatch.measure("write, batches of \(batch)", written) {
      for batch in batches { try ledger.write(batch, epoch: epoch) }
    }
    _ = try Stopwatch.measure("history of one", 1) { try ledger.history(ofInterferogram: 1) }
    try ledger.endEpoch(epoch)
    try ledger.close()
  }

  private static func stack(_ index: Int) -> PlannedStack {
    PlannedStack(
      file: "stack_\(index).h5", volcano: "volcano_\(index)", volcanoName: "V \(index)", frame: "001A_00000_000000",
      grid: Grid(height: 500, width: 500),
      geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
  }

  private static func pairs(_ count: Int) -> [DatePair] {
    (0..<count).compactMap { index in
      guard let primary = AcquisitionDate(daysSince1970: 16_000 + index),
        let secondary = AcquisitionDate(daysSince1970: 16_012 + index)
      else { return nil }
      return DatePair(primary: primary, secondary: secondary)
    }
  }

  /// Outcomes of 1 KiB of patch probabilities each.
  private static func batch(_ indices: Range<Int>) -> LedgerBatch {
    var batch = LedgerBatch()
    for index in indices {
      let result = DetectionResult(
        patchProbabilities: (0..<256).map { Float($0 ^ index) / 1e6 }, patchRows: 16, patchColumns: 16,
        maximumProbability: 0.123, row: 250, column: 251, latitudeDegrees: 1.2345, longitudeDegrees: 2.3456,
        pixelsAbove05: 1234, pixelsAbove08: 123, keptPatches: 200, noDataShare: 0.0123, meanCoherence: 0.345)
      batch.outcomes.append(
        RecordedOutcome(
          number: index + 1, outcome: .scored(result), unit: UInt64(index), attempt: 1, worker: 1,
          seconds: StageSeconds(read: 0.001, gray: 0.0021, gate: 0.0032, network: 0.043, merge: 0.0054)))
      for (from, to, stimulus) in [("waiting", "leased", "room"), ("leased", "done", "result")] {
        batch.transitions.append(
          LoggedTransition(
            unit: UInt64(index), attempt: 1, worker: 1, from: from, to: to, stimulus: stimulus,
            time: 1_700_000_000_000 + Int64(index)))
      }
    }
    return batch
  }
}
