import Ledger
import Scheduling
import SimulatedDisk
import VirtualTime
import Work

/// One seed's world: the real coordinator's machine on the real ledger on a disk in memory, up to eight real workers'
/// machines, and everything that may go wrong around them, in virtual time. One thread owns it.
public final class World {
  let weather: Weather
  /// A coordinator that is deliberately broken.
  let mutation: Mutation?
  var random: SeededRandom
  var queue = EventQueue<Occurrence>()
  var oracle: Oracle
  var trace: Trace
  var report: WorldReport
  let disk: SimulatedDisk
  var coordinators: [Int: SimulatedCoordinator] = [:]
  var workers: [Int: SimulatedWorker] = [:]
  /// Workers whose messages do not get through, to the coordinator or from it.
  var mutedWorkers: Set<Int> = []
  var deafWorkers: Set<Int> = []
  var nextCoordinator = 1
  var nextWorker = 1
  var newestEpoch = 0
  var isCalm = false
  var isDone = false
  /// When workers ended, in seconds.
  var endTimes: [Double] = []
  /// Milliseconds by which the wall clock is wrong.
  var clockError: Int64 = 0
  var isStartPending = false
  /// Liars that were let in; they are not started again for ever.
  var liarsStarted = 0
  var slowStarted = 0
  var isArchiveAway = false
  /// Interferograms that could not be read once.
  var failedReads: Set<UInt32> = []
  /// The write that is to end in the middle, and how.
  var interruption: (afterChanges: Int, withPower: Bool)?

  /// - Parameters:
  ///   - seed: what everything follows from.
  ///   - mutation: what is broken on purpose.
  ///   - traces: whether what happens is kept in words.
  package init(seed: UInt64, mutation: Mutation? = nil, traces: Bool = false) {
    var random = SeededRandom(seed: seed)
    weather = Weather(&random)
    self.random = random
    self.mutation = mutation
    oracle = Oracle(weather)
    trace = Trace(isOn: traces)
    report = WorldReport(seed: seed)
    disk = PlannedDisk.disk(for: weather)
  }

  /// Runs until the sweep is complete and every process has ended, or something does not hold.
  public func run() -> WorldReport {
    say(
      """
      \(weather.interferograms) interferograms in units of \(weather.unitSize), \(weather.localWorkers) local and \
      \(weather.remoteWorkers) remote workers, window \(weather.limits.window), poison \
      \(weather.poison.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }), \
      faults \(weather.faults.map(\.rawValue)), calm at \(Int(weather.calmAtSeconds)) s
      """)
    queue.add(.coordinatorStarts, afterSeconds: 0)
    isStartPending = true
    for place in 0..<weather.remoteWorkers {
      queue.add(.workerStarts(.remote(place)), afterSeconds: random.number(from: 0, to: 10))
    }
    for _ in 0..<weather.faultCount {
      queue.add(.fault, afterSeconds: random.number(from: 0.2, to: weather.calmAtSeconds))
    }
    queue.add(.calm, afterSeconds: weather.calmAtSeconds)
    while oracle.violations.isEmpty, let occurrence = queue.next() {
      report.events += 1
      happen(occurrence)
      guard seconds < Self.longestSeconds else {
        oracle.expect(false, "after \(Int(seconds)) s the world goes on")
        break
      }
      if isDone && workers.isEmpty { break }
    }
    finish()
    return report
  }

  /// Calm worlds end long before this, in virtual seconds.
  private static let longestSeconds = 3000.0

  var seconds: Double { Double(queue.now) / 1e9 }

  var instant: Instant { Instant(nanoseconds: queue.now) }

  /// Milliseconds since 1970, as the coordinator's machine has them.
  var wallTime: Int64 { 1_700_000_000_000 + queue.now / 1_000_000 + clockError }

  /// The disk's number is the only word that two runs of one world do not have in common.
  func say(_ text: @autoclosure () -> String) {
    trace.say(seconds, text().replacing(disk.path(of: PlannedDisk.file), with: PlannedDisk.file))
  }

  private func finish() {
    report.virtualSeconds = seconds
    report.interferograms = weather.interferograms
    if oracle.violations.isEmpty { oracle.expect(isDone, "nothing more happens, and the sweep is not complete") }
    if oracle.violations.isEmpty {
      do {
        let ledger = try Ledger(path: disk.path(of: PlannedDisk.file), vfs: SimulatedDisk.vfs)
        report.quarantined = try oracle.checkEnd(ledger)
        try ledger.close()
      } catch {
        oracle.expect(false, "the ledger cannot be read at the end: \(error)")
      }
    }
    for coordinator in coordinators.values { coordinator.ledger = nil }
    report.violations = oracle.violations
    report.trace = trace.lines
  }

  private func happen(_ occurrence: Occurrence) {
    switch occurrence {
    case .workerTick(let number), .workerLoaded(let number), .workerProves(let number, _),
      .interferogramEnds(let number, _),
      .workerHears(let number, _), .workerOrphaned(let number), .workerConnects(let number):
      guard let worker = workers[number] else { return }
      if worker.isStopped { worker.waiting.append(occurrence) } else { happen(occurrence, to: worker) }
    case .workerStarts(let place): startWorker(place)
    case .workerGoesOn(let number): goOn(worker: number)
    case .linkUp(let number):
      mutedWorkers.remove(number)
      deafWorkers.remove(number)
    case .coordinatorStarts: startCoordinator()
    case .coordinatorTick(let number), .coordinatorWrites(let number), .coordinatorSeesEnd(let number, _, _),
      .coordinatorGivesUpDraining(let number):
      guard let coordinator = coordinators[number] else { return }
      if coordinator.isStopped {
        coordinator.waiting.append(occurrence)
      } else {
        happen(occurrence, to: coordinator)
      }
    case .coordinatorHears(_, let from):
      guard let number = workers[from]?.coordinator ?? newestCoordinator?.number,
        let coordinator = coordinators[number]
      else { return }
      if coordinator.isStopped {
        coordinator.waiting.append(occurrence)
      } else {
        happen(occurrence, to: coordinator)
      }
    case .coordinatorGoesOn(let number): goOn(coordinator: number)
    case .fault: inject()
    case .diskHasRoom: disk.faults.isFull = false
    case .archiveIsBack: isArchiveAway = false
    case .calm: calmDown()
    }
  }

  var newestCoordinator: SimulatedCoordinator? { coordinators.keys.max().flatMap { coordinators[$0] } }
}
