import Foundation
import Interferometry
import SweepRecords
import Testing

@testable import Ledger

/// What an interferogram went through, as the ledger tells it.
@Suite struct HistoryTests {
  private let file: LedgerFile
  private let ledger: Ledger

  /// Interferogram 1 loses its unit to a crash, goes on in a half of it under the next coordinator, and is scored.
  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    _ = try ledger.plan((1...2).map { (SmallSweep.stack($0), try (0..<4).map(SmallSweep.pair)) })
    try ledger.planUnits(size: 4)
    let first = try ledger.beginEpoch(host: "here", pid: 10)
    var batch = LedgerBatch()
    batch.workers = [worker(1), worker(2)]
    batch.transitions = [
      step(1, 1, 1, "waiting", "leased", "room"),
      step(1, 1, 1, "leased", "split", "lost", "signal 11, reading, 812 MB"),
      step(3, 1, 2, "waiting", "leased", "room"),
    ]
    batch.splits = [
      UnitSplit(
        parent: 1,
        children: [
          LedgerUnit(id: 3, stack: 1, parent: 1, blame: 1, interferograms: [1, 2]),
          LedgerUnit(id: 4, stack: 1, parent: 1, blame: 1, interferograms: [3, 4]),
        ])
    ]
    try ledger.write(batch, epoch: first)
  }

  private func worker(_ number: Int) -> LoggedWorker {
    LoggedWorker(
      number: number, name: "host:\(number)",
      kind: MachineKind(processor: "EPYC", blasKernel: "Zen", planHash: "h"),
      joined: 0)
  }

  private func step(
    _ unit: UInt64, _ attempt: Int, _ worker: Int, _ from: String, _ to: String, _ stimulus: String,
    _ detail: String = ""
  ) -> LoggedTransition {
    LoggedTransition(
      unit: unit, attempt: attempt, worker: worker, from: from, to: to, stimulus: stimulus, detail: detail,
      time: 1_767_323_045_678)
  }

  private func score() throws {
    let epoch = try ledger.beginEpoch(host: "there", pid: 20)
    let result = DetectionResult(
      patchProbabilities: [0.93], patchRows: 1, patchColumns: 1, maximumProbability: 0.93, row: 0, column: 0,
      latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1, noDataShare: 0,
      meanCoherence: nil)
    var batch = LedgerBatch(outcomes: [
      RecordedOutcome(
        number: 1, outcome: .scored(result), unit: 3, attempt: 2, worker: 1, seconds: StageSeconds(read: 0.043))
    ])
    batch.workers = [worker(1)]
    batch.transitions = [
      step(3, 2, 1, "waiting", "leased", "copy"), step(3, 2, 1, "leased", "done", "result"),
    ]
    try ledger.write(batch, epoch: epoch)
    var late = LedgerBatch()
    late.transitions = [step(3, 3, 1, "leased", "waiting", "lost")]
    late.transitions[0].time = Ledger.now + 60_000
    try ledger.write(late, epoch: epoch)
    try ledger.endEpoch(epoch)
  }

  @Test func theWholeChainIsTold() throws {
    try score()
    let history = try #require(try ledger.history(ofInterferogram: 1))
    #expect(history.units.map(\.id).elementsEqual([1, 3]))
    #expect(history.units.map(\.interferograms).elementsEqual([4, 2]))
    #expect(history.units[0].children.elementsEqual([3, 4]))
    #expect(history.id.description == "v1_001A_00000_000000_20200110_20200210")
    #expect((history.number, history.file) == (1, "s1.h5"))
    let steps = history.steps.map { "\($0.epoch) \($0.unit) \($0.attempt) \($0.from) \($0.to) \($0.stimulus)" }
    #expect(
      steps == [
        "1 1 1 waiting leased room", "1 1 1 leased split lost", "1 3 1 waiting leased room",
        "2 3 2 waiting leased copy", "2 3 2 leased done result", "2 3 3 leased waiting lost",
      ])
    #expect(history.steps[0].time == 1_767_323_045_678 && history.steps[1].detail == "signal 11, reading, 812 MB")
    let workers = history.steps.map { $0.worker?.inWords }
    #expect(workers == [1, 1, 2, 1, 1, 1].map { "host:\($0) (EPYC, Zen)" })
    #expect(history.epochs.map(\.host) == ["here", "there"] && history.epochs.map(\.pid) == [10, 20])
    #expect(history.epochs[0].ended == nil && history.epochs[1].ended != nil)
    let execution = try #require(history.execution)
    #expect((execution.epoch, execution.unit, execution.attempt) == (2, 3, 2))
    #expect(execution.worker?.name == "host:1" && execution.seconds == StageSeconds(read: 0.043))
    #expect(execution.recorded < history.steps[5].time)
  }

  @Test func whatIsOpenHasItsLastStepsAndNoOutcome() throws {
    let held = try #require(try ledger.history(ofInterferogram: 2))
    #expect(held.outcome == nil && held.execution == nil)
    #expect(held.units.last?.id == 3 && held.epochs.map(\.number) == [1])
    #expect(held.steps.last?.to == "leased" && held.steps.last?.worker?.name == "host:2")
    let untouched = try #require(try ledger.history(ofInterferogram: 5))
    #expect(untouched.units.map(\.id) == [2] && untouched.steps.isEmpty)
    _ = try ledger.beginEpoch(host: "here", pid: 11)
    let handedBack = try #require(try ledger.history(ofInterferogram: 2))
    #expect(handedBack.epochs.map(\.number) == [1, 2] && handedBack.steps == held.steps)
    #expect(try ledger.history(ofInterferogram: 9) == nil)
  }

  @Test func aLedgerThatIsBeingWrittenCanBeRead() throws {
    let reader = try Ledger(reading: file.path)
    try score()
    #expect(try reader.history(ofInterferogram: 1)?.execution?.attempt == 2)
    #expect(throws: LedgerError.self) { try reader.keep(candidateThreshold: 0.1) }
  }

  @Test func anInterferogramIsMeantByAllThatIsEnough() throws {
    for name in ["1", "v1_001A_00000_000000_20200110_20200210", "V1_20200110_20200210"] {
      #expect(try ledger.number(ofInterferogram: name) == 1)
    }
    #expect(try ledger.number(ofInterferogram: "002A_00000_000000_20200112_20200212") == 7)
  }

  @Test func aNameThatIsNoneOrSeveralIsAnsweredWithWhatMayBeMeant() throws {
    func error(_ name: String) -> UnknownInterferogram? {
      #expect(throws: UnknownInterferogram.self) { try ledger.number(ofInterferogram: name) }
    }
    #expect(error("0")?.description == "there is no interferogram 0; the numbers in the plan are 1 to 8")
    let several = error("20200110_20200210")
    #expect(several?.problem.contains("name of 2") == true)
    #expect(several?.near.contains("v2_002A_00000_000000_20200110_20200210") == true)
    #expect(error("v1_20200114_20200214")?.near.first == "v1_001A_00000_000000_20200113_20200213")
    #expect(error("v1_001A_00000_00000_20200110_20200210")?.near.first == "v1_001A_00000_000000_20200110_20200210")
    #expect(error("v1")?.problem.contains("lacks the dates") == true)
    #expect(error("somewhere else")?.near.isEmpty == true)
  }
}
