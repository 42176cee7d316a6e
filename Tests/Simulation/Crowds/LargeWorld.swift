import Scheduling
import VirtualTime

/// One large sweep in virtual time: the real scheduler, and a crowd of workers that come, compute, fall silent, crash,
/// hang, lie and leave. Every step is checked where it touched something, everything is checked now and then.
public struct LargeWorld {
  enum Occurrence {
    case start(Int32)
    case beat(Int32, process: UInt32)
    case computed(Int32, computation: UInt32)
    case heardAgain(Int32, process: UInt32)
    case fault
    case exodus
    case tick
  }

  let settings: LargeSettings
  var random: SeededRandom
  var scheduler: Scheduler
  var queue = EventQueue<Occurrence>()
  var workers: [CrowdWorker]
  /// The worker behind each number that the scheduler knows, by that number.
  var owners: [Int32] = [none]
  var isPoison: [Bool]
  var isDecided: [Bool]
  public internal(set) var report = LargeReport()
  private var actions: [Action] = []

  public init(_ settings: LargeSettings) {
    self.settings = settings
    random = SeededRandom(seed: settings.seed)
    let size = settings.interferogramsPerUnit
    isPoison = Array(repeating: false, count: settings.units * size)
    isDecided = isPoison
    for _ in 0..<settings.poison { isPoison[random.index(below: isPoison.count)] = true }
    scheduler = Scheduler(
      epoch: 1,
      units: (0..<settings.units).map { unit in
        PlannedUnit(
          unit: WorkUnit(
            id: UnitID(unit + 1), stack: unit / settings.unitsPerStack,
            interferograms: Array(unit * size..<(unit + 1) * size)))
      }, nextUnit: UnitID(settings.units + 1), limits: settings.limits)
    workers = Array(repeating: CrowdWorker(), count: settings.workers)
    for index in workers.indices {
      workers[index].isLiar = index < settings.liars
      queue.add(.start(Int32(index)), afterSeconds: random.number(from: 0, to: 120))
    }
    queue.add(.tick, afterSeconds: 1)
    queue.add(.fault, afterSeconds: 60)
    queue.add(.exodus, afterSeconds: 600)
  }

  /// Runs until every interferogram has its outcome, or something does not hold.
  public mutating func run() -> LargeReport {
    let total = isDecided.count
    var nextCheck = 1
    while !scheduler.isFinished, report.violations.isEmpty {
      guard let occurrence = queue.next(), report.virtualSeconds < 1e6 else {
        report.violations.append("the sweep does not end")
        break
      }
      happen(occurrence)
      report.virtualSeconds = Double(queue.now) / 1e9
      let done = total - scheduler.remainingInterferograms
      if nextCheck <= settings.fullChecks, done >= total / settings.fullChecks * nextCheck {
        checkEverything()
        nextCheck += 1
      }
    }
    checkEverything()
    let (recorded, quarantined, poison) = (report.recorded, report.quarantined, isPoison.count { $0 })
    expect(!isDecided.contains(false), "an interferogram has no outcome")
    expect(quarantined == poison, "\(quarantined) are quarantined")
    expect(recorded + quarantined == total, "\(recorded) are recorded")
    return report
  }

  /// Tells the scheduler, checks what it touched and does what it says.
  mutating func tell(_ event: Event) {
    report.events += 1
    actions.removeAll(keepingCapacity: true)
    scheduler.handle(event, at: Instant(nanoseconds: queue.now), into: &actions)
    report.violations += scheduler.violations(after: event, actions: actions)
    for action in actions { carryOut(action) }
    report.mostWorkers = max(report.mostWorkers, scheduler.workerCount)
  }

  private mutating func carryOut(_ action: Action) {
    switch action {
    case .assign(let worker, let unit, let lease):
      report.leases += 1
      report.mostAttempts = max(report.mostAttempts, lease.attempt)
      assign(owners[worker], lease, unit.interferograms)
    case .record(let worker, let lease, let new, _):
      for number in new {
        expect(!isDecided[number], "interferogram \(number) is recorded twice")
        expect(!isPoison[number], "interferogram \(number) is poison and recorded")
        isDecided[number] = true
      }
      report.recorded += new.count
      acknowledge(owners[worker], lease)
    case .disown(let worker, let lease, _): acknowledge(owners[worker], lease)
    case .revoke(let worker, let lease): revoke(owners[worker], lease)
    case .refuse(let worker, _), .evict(let worker, _): giveUp(owners[worker], action)
    case .quarantine(let number, _, _, _):
      expect(isPoison[number] && !isDecided[number], "interferogram \(number) is quarantined")
      isDecided[number] = true
      report.quarantined += 1
    // Everything can be read there.
    case .giveUp(let number, _, _, _): expect(false, "interferogram \(number) is marked as unreadable")
    case .setAside(let worker, _, _): expect(false, "worker \(worker) is set aside")
    case .split: report.splits += 1
    case .blame, .losses, .log, .finish: break
    case .claim, .compare, .dispute, .distrust, .reopen:
      expect(false, "nobody rejects or checks anything: \(action)")
    }
  }

  private mutating func checkEverything() {
    report.fullChecks += 1
    report.violations += scheduler.invariantViolations()
  }

  private mutating func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
    if !holds { report.violations.append(otherwise()) }
  }
}

let none: Int32 = -1
