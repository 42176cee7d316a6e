import Coordination
import Foundation
import Ledger
import Logging
import Messaging
import Scheduling
import SimulatedDisk
import SweepHost

/// How coordinators start, write, say what their machines want said, and end.
extension World {
  func startCoordinator() {
    isStartPending = false
    guard !isDone else { return }
    do {
      let ledger = try Ledger(path: disk.path(of: PlannedDisk.file), vfs: SimulatedDisk.vfs)
      try oracle.check(ledger, "at \(Int(seconds)) s")
      let epoch = try ledger.beginEpoch(host: "here", pid: Int32(nextCoordinator))
      try ledger.reopenUnreadable()
      oracle.expect(epoch > newestEpoch, "epoch \(epoch) is given twice")
      newestEpoch = epoch
      let plan = try SweepPlan(ledger, rule: PlannedDisk.rule)
      var machine = CoordinatorMachine(settings: settings, epoch: epoch, plan: plan, counts: try ledger.counts())
      #if DEBUG
        machine.schedulerWrapper = mutation.map { BrokenScheduler(mutation: $0) }
      #endif
      let coordinator = SimulatedCoordinator(
        number: nextCoordinator, epoch: epoch, machine: machine, ledger: ledger)
      nextCoordinator += 1
      coordinators[coordinator.number] = coordinator
      say("coordinator \(coordinator.number) begins epoch \(epoch), \(plan.interferogramCount) open")
      for place in 0..<weather.localWorkers {
        queue.add(
          .workerStarts(.local(place, parent: coordinator.number)), afterSeconds: random.number(from: 0.05, to: 0.5)
        )
      }
      // Workers find the new socket when their connections break, each in its own time.
      for number in workers.keys.sorted() {
        queue.add(.workerConnects(number), afterSeconds: random.number(from: 0.01, to: 3))
      }
      queue.add(.coordinatorTick(coordinator.number), afterSeconds: 0)
    } catch let error as LedgerError {
      say("no coordinator can start: \(error)")
      if case .diskFull = error { return restartCoordinator() }
      if case .diskFailed = error { return restartCoordinator() }
      oracle.expect(false, "the ledger cannot be opened: \(error)")
    } catch {
      oracle.expect(false, "the ledger cannot be opened: \(error)")
    }
  }

  private var settings: CoordinatorSettings {
    var settings = CoordinatorSettings(
      archive: "/archive", modelPath: "", modelSHA256: "", profile: PlannedDisk.profile, batchSize: 1)
    settings.sweepID = "one"
    settings.heartbeatSeconds = weather.heartbeatSeconds
    settings.limits = weather.limits
    settings.proofStacks = proofStacks
    mutation?.spoil(&settings)
    return settings
  }

  /// Somebody starts the sweep again after a while.
  func restartCoordinator() {
    guard !isStartPending, !isDone else { return }
    isStartPending = true
    queue.add(.coordinatorStarts, afterSeconds: isCalm ? 1 : random.number(from: 0.5, to: 15))
  }

  func happen(_ occurrence: Occurrence, to coordinator: SimulatedCoordinator) {
    switch occurrence {
    case .coordinatorTick(let number):
      queue.add(.coordinatorTick(number), afterSeconds: 1)
      handle(.tick, coordinator)
      checkThatTheDeadAreGivenUp(coordinator)
    case .coordinatorHears(let message, let from):
      let identity = PeerID(identity: Array("worker \(from)".utf8))
      handle(.message(message, from: identity), coordinator)
    case .coordinatorSeesEnd(_, let pid, let loss): handle(.processEnded(pid: pid, loss), coordinator)
    case .coordinatorWrites: write(coordinator)
    case .coordinatorGivesUpDraining:
      if coordinator.isDraining { end(coordinator, "gives up draining") }
    default: break
    }
  }

  func handle(_ input: CoordinatorMachine.Input, _ coordinator: SimulatedCoordinator) {
    guard coordinator.isAlive else { return }
    for instruction in coordinator.machine.handle(input, at: instant, time: wallTime) {
      perform(instruction, coordinator)
    }
    coordinator.steps += 1
    if coordinator.steps % 8 == 0 {
      let violations = coordinator.machine.invariantViolations()
      oracle.expect(violations.isEmpty, "at \(seconds) s: \(violations.prefix(3))")
    }
    if coordinator.write == nil, let write = coordinator.machine.takeBatch() {
      coordinator.write = write
      if mutation == .acknowledgesBeforeDurable {
        for instruction in coordinator.machine.handle(
          .written(LedgerReceipt(number: write.number)), at: instant, time: wallTime)
        { perform(instruction, coordinator) }
      }
      let isSlow = random.isTrue(probability: 0.05)
      queue.add(
        .coordinatorWrites(coordinator.number), afterSeconds: random.number(from: 0.002, to: isSlow ? 4 : 0.05))
    } else if coordinator.write == nil, coordinator.machine.isFinished, coordinator.machine.isSettled {
      finish(coordinator)
    }
  }

  private func perform(_ instruction: CoordinatorMachine.Instruction, _ coordinator: SimulatedCoordinator) {
    switch instruction {
    case .send(let message, let peer):
      guard let number = worker(of: peer) else { return }
      note(message, toWorker: number)
      send(message, toWorker: number)
    case .kill(let pid):
      say("coordinator \(coordinator.number) kills worker \(pid)")
      if let worker = workers[Int(pid)] { endProcess(worker, Loss(.faint, cause: "killed by its coordinator")) }
    case .report(let level, let text, let metadata):
      checkTrust(text, "\(metadata["worker"] ?? "")")
      checkCause(text, "\(metadata["worker"] ?? "")", "\(metadata["cause"] ?? "")")
      if level >= .info { say("coordinator \(coordinator.number): \(text) \(words(metadata))") }
    }
  }

  private func words(_ metadata: Logger.Metadata) -> String {
    metadata.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// A worker that is alive and well always makes progress, or holds nothing for long: unless links fail again and
  /// again just when it sends its result.
  private func checkCause(_ text: String, _ worker: String, _ cause: String) {
    guard text == "worker given up", cause.hasPrefix("no progress"),
      let pid = worker.split(whereSeparator: { ":,".contains($0) }).dropFirst().first.flatMap({ Int($0) })
    else { return }
    let losesMessages = !weather.network.isGood || weather.faults.contains(.linkDown)
    oracle.expect(
      workers[pid].map {
        $0.compute.isHung || $0.isLiar || losesMessages && $0.machine.hasUndeliveredResults
      } ?? true,
      "worker \(pid) is well and given up: \(cause)")
  }

  /// Nobody honest is put aside.
  private func checkTrust(_ text: String, _ worker: String) {
    guard text.hasPrefix("worker rejected"), let pid = worker.split(separator: ":").last.flatMap({ Int($0) })
    else {
      return
    }
    report.count("worker rejected")
    oracle.expect(workers[pid]?.isLiar != false, "worker \(pid) is honest and put aside")
  }

  private func checkThatTheDeadAreGivenUp(_ coordinator: SimulatedCoordinator) {
    guard isCalm, seconds > weather.calmAtSeconds + 2 * weather.limits.silenceSeconds else { return }
    let mourned = endTimes.count { $0 > seconds - 1.5 * weather.limits.silenceSeconds }
    oracle.expect(
      coordinator.machine.workerCount <= workers.count + mourned,
      "\(coordinator.machine.workerCount) workers are counted, \(workers.count) are there")
  }

  private func worker(of peer: PeerID) -> Int? {
    String(decoding: peer.identity, as: UTF8.self).split(separator: " ").last.flatMap { Int($0) }
  }

  private func note(_ message: Volcsweep_ToWorker, toWorker number: Int) {
    switch message.body {
    case .acknowledgement(let acknowledgement):
      // What a liar claims under another's lease is acknowledged to the liar.
      guard workers[number]?.isLiar != true else { return }
      for lease in acknowledgement.leases { oracle.note(acknowledged: Lease(lease)) }
    case .assignment(let assignment):
      oracle.expect(
        weather.view != .none || workers[number].map { $0.parent != nil || $0.isLiar } ?? true,
        "worker \(number) sees no archive and is given unit \(assignment.lease.unit)")
      report.mostAttempts = max(report.mostAttempts, assignment.lease.attempt)
      let bound = 30 + 20 * weather.faultCount
      oracle.expect(
        assignment.lease.attempt <= bound, "unit \(assignment.lease.unit) has attempt \(assignment.lease.attempt)")
    default: break
    }
  }

  private func write(_ coordinator: SimulatedCoordinator) {
    guard let write = coordinator.write, let ledger = coordinator.ledger else { return }
    let interruption = interruption
    if let interruption {
      self.interruption = nil
      disk.faults.powerLossAtChange = disk.calls.changes + interruption.afterChanges
    }
    defer { disk.faults.powerLossAtChange = nil }
    do {
      let receipt: LedgerReceipt
      if mutation == .ignoresFence {
        try ledger.write(write.batch, epoch: newestEpoch)
        receipt = LedgerReceipt(number: write.number)
      } else {
        receipt = try write.perform(on: ledger, kinds: &coordinator.kinds)
      }
      oracle.expect(
        coordinator.epoch == newestEpoch, "epoch \(coordinator.epoch) writes in the time of epoch \(newestEpoch)")
      oracle.note(written: write.batch)
      if let interruption { return interrupt(withPower: interruption.withPower, "after a write") }
      coordinator.write = nil
      coordinator.machine.isHandingOut = true
      handle(.written(receipt), coordinator)
    } catch {
      if let interruption { return interrupt(withPower: interruption.withPower, "in the middle of a write") }
      if case LedgerError.diskFull = error {
        coordinator.machine.isHandingOut = false
        return queue.add(.coordinatorWrites(coordinator.number), afterSeconds: 2)
      }
      if case LedgerError.superseded = error {
        oracle.expect(coordinator.epoch < newestEpoch, "the newest coordinator is fenced")
        report.count("old coordinator fenced")
      } else if case LedgerError.diskFailed = error {
      } else {
        oracle.expect(false, "a batch cannot be written: \(error)")
      }
      end(coordinator, "ends: \(error)")
    }
  }

  private func interrupt(withPower: Bool, _ when: String) {
    say("\(withPower ? "the power is lost" : "the coordinators are killed") \(when)")
    if withPower { losePower() } else { killCoordinators() }
  }

  private func finish(_ coordinator: SimulatedCoordinator) {
    for instruction in coordinator.machine.farewells() { perform(instruction, coordinator) }
    if coordinator.machine.counts.open == 0 {
      say("coordinator \(coordinator.number) is done")
      isDone = true
    }
    end(coordinator, "ends in good order")
  }

  /// The process is gone; its local workers find out, and somebody starts the sweep again.
  func end(_ coordinator: SimulatedCoordinator, _ how: String) {
    guard coordinator.isAlive else { return }
    say("coordinator \(coordinator.number) \(how)")
    coordinator.isAlive = false
    coordinator.ledger = nil
    coordinators[coordinator.number] = nil
    for worker in workers.values.sorted(by: { $0.number < $1.number }) {
      if worker.coordinator == coordinator.number { worker.coordinator = nil }
      if worker.parent == coordinator.number {
        queue.add(.workerOrphaned(worker.number), afterSeconds: random.number(from: 0.01, to: 0.5))
      }
    }
    if coordinators.isEmpty { restartCoordinator() }
  }

  func goOn(coordinator number: Int) {
    guard let coordinator = coordinators[number], coordinator.isStopped else { return }
    coordinator.isStopped = false
    let waiting = coordinator.waiting
    coordinator.waiting = []
    for occurrence in waiting where coordinator.isAlive { happen(occurrence, to: coordinator) }
  }
}
