import Interferometry
import Narration
import SweepRecords
import Testing

@testable import Ledger

/// What an interferogram went through, in words.
@Suite struct HistoryNarrativeTests {
  private static let noon: Int64 = 1_767_323_045_678
  private static let whole = InterferogramHistory.Unit(id: 1, interferograms: 4, blame: 1, children: [3, 4])
  private static let half = InterferogramHistory.Unit(id: 3, interferograms: 2, blame: 1, children: [])
  private static let first = InterferogramHistory.Epoch(
    number: 1, host: "here", pid: 10, started: "2026-01-02T03:04:00Z", ended: nil)
  private static let second = InterferogramHistory.Epoch(
    number: 2, host: "there", pid: 20, started: "2026-01-02T03:05:00Z", ended: "2026-01-02T03:06:00Z")

  /// The unit of the interferogram is lost to a crash, and a half of it goes on.
  private static let crash = [
    step(1, unit: 1, 1, worker: 1, "waiting", "leased", "room"),
    step(1, unit: 1, 1, worker: 1, "leased", "split", "lost", "signal 11, reading, 812 MB"),
    step(1, unit: 3, 1, worker: 2, "waiting", "leased", "room"),
  ]

  private static func worker(_ number: Int) -> KnownWorker {
    KnownWorker(
      name: "host:\(number)", kind: MachineKind(processor: "EPYC", blasKernel: "Zen", planHash: "h"))
  }

  private static func step(
    _ epoch: Int, unit: UInt64, _ attempt: Int, worker number: Int, _ from: String, _ to: String,
    _ stimulus: String, _ detail: String = "", time: Int64 = noon
  ) -> InterferogramHistory.Step {
    InterferogramHistory.Step(
      epoch: epoch, unit: unit, attempt: attempt, worker: worker(number), from: from, to: to, stimulus: stimulus,
      detail: detail, time: time)
  }

  private static func history(
    units: [InterferogramHistory.Unit] = [whole, half], steps: [InterferogramHistory.Step] = crash,
    epochs: [InterferogramHistory.Epoch] = [first], outcome: Outcome? = nil,
    execution: InterferogramHistory.Execution? = nil
  ) throws -> InterferogramHistory {
    let pair = try #require(DatePair("20200110_20200210"))
    return InterferogramHistory(
      number: 1, id: InterferogramID(volcano: "v1", frame: "001A_00000_000000", pair: pair), file: "s1.h5",
      units: units,
      steps: steps, epochs: epochs, outcome: outcome, execution: execution, differences: [], earlier: [],
      withdrawals: [], inputChanges: [])
  }

  /// It is scored in the half of its unit, under the next coordinator, by one of two workers that had it.
  private static func scored() throws -> InterferogramHistory {
    let recorded = noon + 60_000
    let result = DetectionResult(
      patchProbabilities: [0.93], patchRows: 1, patchColumns: 1, maximumProbability: 0.93, row: 0, column: 0,
      latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1, noDataShare: 0,
      meanCoherence: nil)
    return try history(
      steps: crash + [
        step(2, unit: 3, 2, worker: 1, "waiting", "leased", "copy"),
        step(2, unit: 3, 2, worker: 1, "leased", "done", "result"),
        step(2, unit: 3, 3, worker: 1, "leased", "waiting", "lost", time: recorded + 60_000),
      ], epochs: [first, second], outcome: .scored(result),
      execution: InterferogramHistory.Execution(
        epoch: 2, unit: 3, attempt: 2, worker: worker(1), recorded: recorded, seconds: StageSeconds(read: 0.043)))
  }

  @Test func theWholeChainIsTold() throws {
    let told = HistoryNarrative(try Self.scored()).lines.joined(separator: "\n")
    for expected in [
      "v1_001A_00000_000000_20200110_20200210 (interferogram 1, stack s1.h5)", "planned in unit 1 with 3 others",
      "coordinator 1 started (process 10 on here)",
      "2026-01-02 03:04:05.678  unit 1 leased to host:1 (EPYC, Zen) as attempt 1",
      "host:1 was lost while it held unit 1, attempt 1: signal 11, reading, 812 MB; the unit was split into 3 and 4, "
        + "and this interferogram continued in 3, with 1 other",
      "coordinator 1 did not end normally", "coordinator 2 started (process 20 on there)",
      "unit 3 leased again as attempt 2, to host:1 (EPYC, Zen)",
      "scored 0.93 in 43.0 ms by host:1 (EPYC, Zen), in unit 3, attempt 2; written and acknowledged",
    ] { #expect(told.contains(expected), "\(told)") }
    #expect(!told.contains("attempt 3"))
  }

  @Test func whatIsOpenSaysWhereItStands() throws {
    let held = HistoryNarrative(try Self.history())
    #expect(held.lines.last?.contains("not done yet: unit 3 is leased to host:2") == true)
    let alone = InterferogramHistory.Unit(id: 2, interferograms: 4, blame: 0, children: [])
    let untouched = HistoryNarrative(try Self.history(units: [alone], steps: []))
    #expect(untouched.lines.last?.contains("no worker has received it yet") == true)
    let handedBack = HistoryNarrative(try Self.history(epochs: [Self.first, Self.second]))
    #expect(handedBack.lines.last?.contains("unit 3 waits for a worker") == true)
  }
}
