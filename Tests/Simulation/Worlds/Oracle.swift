import Interferometry
import Ledger
import Messaging
import Scheduling
import SweepRecords

/// What must hold in a world, whatever goes wrong in it.
struct Oracle {
  private(set) var violations: [String] = []
  /// What honest workers' results hold, by lease.
  private var brought: [Lease: Set<Int>] = [:]
  /// Interferograms of results that were acknowledged to honest workers.
  private var acknowledged: Set<Int> = []
  /// Interferograms whose outcomes were written.
  private var durable: Set<Int> = []
  /// Interferograms that one worker could not score, of which the ledger knows.
  private var claimed: Set<Int> = []
  /// Interferograms that a liar's results were withdrawn of: what others computed of them only to check is not kept.
  private var withdrawn: Set<Int> = []
  private var disturbances = 0
  /// Outcomes that were seen in the ledger; they never change.
  private var seen: [Int: Outcome] = [:]
  /// The numbers of all that was planned.
  private var numbers: [Place: Int] = [:]
  let weather: Weather

  private struct Place: Hashable {
    let stack: Int
    let pair: DatePair

    init(_ stack: Int, _ pair: DatePair) {
      self.stack = stack
      self.pair = pair
    }
  }

  init(_ weather: Weather) {
    self.weather = weather
  }

  mutating func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
    if !holds && violations.count < 20 { violations.append(otherwise()) }
  }

  mutating func note(brought result: Volcsweep_UnitResult) {
    // What could not be read is nobody's result.
    let decided = result.interferograms.filter { if case .unreadable = $0.outcome { false } else { true } }
    brought[result.lease, default: []].formUnion(decided.map { Int($0.number) })
  }

  /// A batch is durable.
  mutating func note(written batch: LedgerBatch) {
    for number in batch.reopenings.flatMap(\.units).flatMap(\.interferograms) {
      seen[number] = nil
      withdrawn.insert(number)
      durable.remove(number)
      acknowledged.remove(number)
    }
    durable.formUnion(batch.outcomes.map(\.number))
    if !weather.forges {
      for recorded in batch.outcomes { checkScore(of: recorded) }
    }
    claimed.formUnion(batch.claims.map(\.number))
    for split in batch.splits { checkCause(of: split) }
  }

  /// A made-up score is never handed to the ledger, not even for an interferogram that has an outcome already. Worlds
  /// that forge scores for the right lease are exempt: there, checks find them later.
  private mutating func checkScore(of recorded: RecordedOutcome) {
    guard case .scored(let result) = recorded.outcome else { return }
    let difference = abs(result.maximumProbability - Truth.probability(recorded.number))
    expect(difference < 0.01, "interferogram \(recorded.number) is written with a made-up score")
  }

  mutating func note(acknowledged lease: Lease) {
    for number in brought[lease, default: []].sorted() {
      if withdrawn.contains(number) || claimed.contains(number) && !durable.contains(number) && seen[number] == nil
      {
        continue
      }
      expect(
        durable.contains(number) || seen[number] != nil,
        "interferogram \(number) is acknowledged and not durable")
      acknowledged.insert(number)
    }
  }

  /// A worker or a link was disturbed, for which a unit may get a part of a loss.
  mutating func noteDisturbance() { disturbances += 1 }

  /// Units without poison are not split in a world in which nothing else went wrong: where messages are late or lost
  /// an innocent unit may be blamed for what came after it.
  private mutating func checkCause(of split: UnitSplit) {
    guard weather.network.isGood, weather.liars == 0, weather.badSlot == nil else { return }
    let isPoisoned = split.children.contains { $0.interferograms.contains { weather.poison[$0] != nil } }
    expect(isPoisoned || disturbances > 0, "unit \(split.parent) is split and nothing in it is poison")
  }

  /// After every start of a coordinator: nothing acknowledged is missing, nothing that was there is gone or changed.
  mutating func check(_ ledger: Ledger, _ when: String) throws {
    for open in try ledger.openInterferograms() where numbers[Place(open.stack, open.pair)] == nil {
      numbers[Place(open.stack, open.pair)] = open.number
    }
    for volcano in try ledger.volcanoes() {
      for judged in try ledger.interferograms(ofVolcano: volcano) {
        guard let number = numbers[Place(judged.stack, judged.id.pair)] else {
          expect(false, "\(when): \(judged.id) is not of the plan")
          continue
        }
        expect(
          judged.outcome != nil || !acknowledged.contains(number),
          "\(when): interferogram \(number) was acknowledged and has no outcome")
        // What nobody could read is tried again by the next coordinator.
        if case .unreadable = judged.outcome { continue }
        expect(
          seen[number] == nil || seen[number] == judged.outcome,
          "\(when): interferogram \(number) had another outcome before")
        seen[number] = judged.outcome
      }
    }
  }

  /// At the end: every interferogram has the outcome that it would have in a world without faults, to the last digits
  /// of one of the kinds of machines that are there.
  ///
  /// - Returns: how many are quarantined.
  mutating func checkEnd(_ ledger: Ledger) throws -> Int {
    try check(ledger, "at the end")
    var quarantined = 0
    for number in 1...weather.interferograms {
      switch seen[number] {
      case .quarantined(let reason)?:
        quarantined += 1
        expect(weather.poison[number] != nil, "interferogram \(number) is quarantined (\(reason)) and not poison")
      case let outcome?:
        expect(weather.poison[number] == nil, "interferogram \(number) is poison and has an outcome")
        let isTrue =
          outcome == Truth.outcome(number)
          || weather.hasOtherKind && outcome == Truth.outcome(number, onOtherKind: true)
        expect(isTrue, "interferogram \(number) is \(outcome)")
      case nil: expect(false, "interferogram \(number) has no outcome at the end")
      }
    }
    let counts = try ledger.counts()
    expect(
      counts.planned == weather.interferograms && counts.open == 0,
      "\(counts.open) of \(counts.planned) are open at the end")
    for (processor, kinds) in Dictionary(grouping: try ledger.machineKinds().map(\.kind), by: \.processor) {
      let plans = Set(kinds.map(\.planHash))
      expect(plans.count <= 1, "machines of the kind \(processor) computed by \(plans.sorted())")
    }
    let differences = try ledger.differences()
    expect(differences.isEmpty || weather.liars > 0, "honest machines disagree: \(differences.first?.detail ?? "")")
    return quarantined
  }
}
