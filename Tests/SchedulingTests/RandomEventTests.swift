import Hashing
import Testing

@testable import Scheduling

@Suite struct RandomEventTests {
  /// Joins, results in full and in part, late and repeated, losses, silences, leaves, heartbeats that forget leases
  /// or name strange ones, and new coordinators, in random order.
  @Test(arguments: 0..<300)
  func randomEventSequencesEndWithEveryInterferogramInOneOutcome(seed: Int) {
    var story = EventSequence(seed: seed)
    while !story.bench.scheduler.isFinished && story.steps < 20_000 { story.go() }
    #expect(story.bench.scheduler.isFinished, "seed \(seed)")
    let outcomes = story.bench.recorded + story.bench.quarantined
    #expect(outcomes.sorted() == Array(0..<story.total), "seed \(seed)")
  }
}

private struct EventSequence {
  typealias Held = (unit: WorkUnit, lease: Lease)

  var random: SplitMix64
  var bench: SchedulingBench
  let total: Int
  var steps = 0
  private var epoch = 1
  private var open: [UnitID: WorkUnit] = [:]
  private var held: [WorkerID: [Held]] = [:]
  private var late: [(WorkerID, Held)] = []
  private var nextWorker = 0

  init(seed: Int) {
    random = SplitMix64(state: UInt64(seed))
    bench = SchedulingBench(units: 1 + Int(random.next() % 20), of: 1 + Int(random.next() % 7))
    total = bench.scheduler.remainingInterferograms
  }

  mutating func go() {
    steps += 1
    let worker = held.keys.sorted().randomElement(using: &random)
    switch (random.next() % 40, worker) {
    case (0..<4, _) where held.count < 5, (_, nil):
      nextWorker += 1
      held[nextWorker] = []
      step(.workerJoined(nextWorker, at: WorkerSeat(host: nextWorker % 3, slot: nextWorker % 2 + 1)))
    case (4..<7, let worker?):
      let evidence: Loss.Evidence = random.next() % 2 == 0 ? .strong : .faint
      late += (held.removeValue(forKey: worker) ?? []).map { (worker, $0) }
      step(.workerLost(worker, Loss(evidence, cause: "signal 9")))
    case (7..<11, _) where !late.isEmpty:
      let (worker, held) = late.removeFirst()
      step(.result(worker, held.lease, interferograms: held.unit.interferograms))
    case (11..<15, _): step(.tick, after: Double(random.next() % 5))
    case (15..<18, let worker?):
      held[worker] = nil
      step(.workerLeft(worker))
    case (18..<26, let worker?): beat(worker)
    case (26, let worker?):
      step(.result(worker, Lease(epoch: epoch, unit: random.next() % 50, attempt: 9), interferograms: [0]))
    case (27, _): restart()
    case (_, let worker?):
      guard let lease = held[worker]?.first else { return }
      held[worker]?.removeFirst()
      let part = lease.unit.interferograms.filter { _ in random.next() % 8 != 0 }
      guard part == lease.unit.interferograms else {
        step(.result(worker, lease.lease, interferograms: part, isDraining: true))
        held[worker] = nil
        step(.workerLeft(worker))
        return
      }
      step(.result(worker, lease.lease, interferograms: part))
      if random.next() % 4 == 0 { late.append((worker, lease)) }
    }
  }

  /// A heartbeat, sometimes of a worker that never got its last assignment.
  private mutating func beat(_ worker: WorkerID) {
    if random.next() % 8 == 0 { _ = held[worker]?.popLast() }
    var leases = (held[worker] ?? []).map(\.lease)
    if random.next() % 4 == 0, let other = late.last { leases.append(other.1.lease) }
    step(.heartbeat(worker, holding: leases, computing: leases.first, progress: random.next()))
  }

  /// Another coordinator takes up what the first one's ledger says.
  private mutating func restart() {
    epoch += 1
    let planned = bench.scheduler.units.filter(\.isOpen).map { unit in
      PlannedUnit(
        unit: unit.workUnit, blame: bench.blame[unit.id] ?? 0, parent: bench.parents[unit.id] ?? 0,
        losses: bench.losses[unit.id] ?? [])
    }
    for unit in bench.scheduler.units { #expect(!unit.isOpen || unit.blame == bench.blame[unit.id] ?? 0) }
    bench.scheduler = Scheduler(
      epoch: epoch, units: planned, nextUnit: bench.scheduler.nextUnit, parents: bench.parents)
    for (worker, leases) in held.sorted(by: { $0.key < $1.key }) { late += leases.map { (worker, $0) } }
    held = [:]
  }

  private mutating func step(_ event: Event, after seconds: Double = 0) {
    for action in bench.step(event, after: seconds) {
      switch action {
      case .assign(let worker, let unit, let lease): held[worker]?.append((unit, lease))
      case .revoke(let worker, let lease): held[worker]?.removeAll { $0.lease == lease }
      case .evict(let worker, _): held[worker] = nil
      default: break
      }
    }
  }
}
