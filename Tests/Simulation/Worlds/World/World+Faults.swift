import Scheduling
import SimulatedDisk

/// What goes wrong, when it is its time.
extension World {
  func inject() {
    guard !isCalm, !isDone, let fault = random.element(of: weather.faults) else { return }
    let worker = random.element(of: workers.values.filter { !$0.isStopped }.sorted { $0.number < $1.number })
    let coordinator = random.element(of: coordinators.values.sorted { $0.number < $1.number })
    guard let target = description(of: fault, worker, coordinator) else { return }
    say("FAULT \(fault.rawValue)\(target)")
    report.count(fault.rawValue)
    oracle.noteDisturbance()
    switch fault {
    case .workerKilled, .workerStopped, .workerDrained, .linkDown: if let worker { inject(fault, worker) }
    case .workerAdded: queue.add(.workerStarts(.remote(weather.remoteWorkers + nextWorker)), afterSeconds: 0)
    case .coordinatorKilled, .coordinatorStopped, .coordinatorDrained:
      if let coordinator { inject(fault, coordinator) }
    case .coordinatorKilledWriting: interruption = (1 + random.index(below: 8), withPower: false)
    case .secondCoordinator: startCoordinator()
    case .powerLost: losePower()
    case .powerLostWriting: interruption = (1 + random.index(below: 8), withPower: true)
    case .diskFull:
      disk.faults.isFull = true
      queue.add(.diskHasRoom, afterSeconds: random.number(from: 2, to: 20))
    case .syncFailed: disk.faults.failedSyncs.insert(disk.calls.syncs + 1)
    case .archiveAway:
      isArchiveAway = true
      queue.add(.archiveIsBack, afterSeconds: random.number(from: 1, to: 30))
    case .clockJumped: clockError += random.isTrue(probability: 0.5) ? 3_600_000 : -3_600_000
    }
  }

  /// Whom it hits, in words; `nil` when there is nobody whom it could.
  private func description(of fault: Fault, _ worker: SimulatedWorker?, _ coordinator: SimulatedCoordinator?)
    -> String?
  {
    switch fault {
    case .workerKilled, .workerStopped, .workerDrained, .linkDown: worker.map { " \($0.number)" }
    case .coordinatorKilled, .coordinatorDrained, .secondCoordinator: coordinator.map { " \($0.number)" }
    case .coordinatorStopped: coordinator.flatMap { $0.isStopped ? nil : " \($0.number)" }
    case .workerAdded: workers.count < 8 ? "" : nil
    default: ""
    }
  }

  private func inject(_ fault: Fault, _ worker: SimulatedWorker) {
    switch fault {
    case .workerKilled: endProcess(worker, Loss(.faint, cause: "signal 9"))
    case .workerStopped:
      worker.isStopped = true
      queue.add(.workerGoesOn(worker.number), afterSeconds: random.number(from: 1, to: 30))
    case .workerDrained: handle(.drain, worker)
    default:
      if random.isTrue(probability: 0.85) { mutedWorkers.insert(worker.number) }
      if random.isTrue(probability: 0.7) { deafWorkers.insert(worker.number) }
      queue.add(.linkUp(worker.number), afterSeconds: random.number(from: 5, to: 40))
    }
  }

  private func inject(_ fault: Fault, _ coordinator: SimulatedCoordinator) {
    switch fault {
    case .coordinatorKilled: end(coordinator, "is killed")
    case .coordinatorStopped:
      coordinator.isStopped = true
      queue.add(.coordinatorGoesOn(coordinator.number), afterSeconds: random.number(from: 1, to: 30))
    default:
      guard !coordinator.isDraining, !coordinator.isStopped else { return }
      coordinator.isDraining = true
      queue.add(.coordinatorGivesUpDraining(coordinator.number), afterSeconds: 30)
      handle(.drain, coordinator)
    }
  }

  func killCoordinators() {
    for coordinator in coordinators.values.sorted(by: { $0.number < $1.number }) { end(coordinator, "is killed") }
    disk.killProcesses()
  }

  /// The coordinators' machine is dark: all that ran there is gone, and what was not synced may be.
  func losePower() {
    for worker in workers.values.sorted(by: { $0.number < $1.number }) where worker.parent != nil {
      oracle.noteDisturbance()
      endProcess(worker, Loss(.faint, cause: "power"))
    }
    for coordinator in coordinators.values.sorted(by: { $0.number < $1.number }) {
      end(coordinator, "loses its power")
    }
    let isFull = disk.faults.isFull
    disk.crash(seed: random.next())
    disk.faults.isFull = isFull
  }

  /// Nothing more goes wrong: what is broken is mended, and the world has to come to its end.
  func calmDown() {
    say("it becomes calm")
    isCalm = true
    disk.faults = SimulatedDisk.Faults()
    isArchiveAway = false
    interruption = nil
    mutedWorkers = []
    deafWorkers = []
    for number in workers.keys.sorted() { goOn(worker: number) }
    for number in coordinators.keys.sorted() { goOn(coordinator: number) }
    if coordinators.isEmpty && !isStartPending { restartCoordinator() }
  }
}
