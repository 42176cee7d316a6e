import Interferometry
import Messaging
import Scheduling
import SweepRecords

/// Carries out the scheduler's actions.
extension CoordinatorMachine {
  /// Hands an event to the scheduler and carries out its actions; the only way from the machine to the scheduler.
  mutating func schedule(_ event: Event, _ step: inout Step) {
    #if DEBUG
      if let schedulerWrapper {
        return perform(schedulerWrapper.handle(event, at: step.now, by: &scheduler), &step)
      }
    #endif
    perform(scheduler.handle(event, at: step.now), &step)
  }

  private mutating func perform(_ actions: [Action], _ step: inout Step) {
    for action in actions {
      switch action {
      case .assign(let worker, let unit, let lease):
        guard let peer = stays[worker] else { continue }
        logWorker(peer, step.time)
        assign(plan.assignment(of: unit, lease), to: peer, &step)
      case .record(_, let lease, let new, let decided): record(lease, new, decided, &step)
      case .disown(let worker, let lease, let reason):
        step.report(
          .error, step.isResultImpossible ? "invalid result" : "result without a lease",
          [
            "worker": "\(stays[worker].map(name(of:)) ?? "unknown")", "unit": "\(lease.unit)",
            "reason": "\(reason)",
          ])
        guard let peer = step.result?.peer else { continue }
        keep([], duplicates: [], acknowledging: lease, to: peer)
      case .revoke(let worker, let lease):
        guard let peer = stays[worker] else { continue }
        var revocation = Volcsweep_Revocation()
        revocation.lease = Volcsweep_Lease(lease)
        step.send(.revocation(revocation), to: peer)
      case .refuse(let worker, let reason): refuse(worker, reason, &step)
      case .evict(let worker, let cause): evict(worker, cause, &step)
      case .blame(let unit, let blame): keep(UnitBlame(unit: unit, blame: blame))
      case .losses(let unit, let losses): keep(losses, of: unit)
      case .claim(let worker, let number, let reason): keepClaim(worker, number, reason, &step)
      case .compare(_, let lease): compare(lease)
      case .dispute(let first, let second, let numbers): reportDispute(first, second, numbers, &step)
      case .distrust(let worker, let reason): distrust(worker, reason, &step)
      case .reopen(let worker, let units): reopen(worker, units, &step)
      case .split(let parent, let units, let blame): keep(split(parent, units, blame))
      case .quarantine(let number, let worker, let lease, let cause):
        quarantine(number, worker, lease, cause, &step)
      case .giveUp(let number, let worker, let lease, let reason): giveUp(number, worker, lease, reason, &step)
      case .setAside(let worker, let stack, let cause): setAside(worker, stack, cause, &step)
      case .log(let transition): keep(logged(transition, step))
      case .finish: step.report(.info, "finished")
      }
    }
    for worker in step.evicted { stays[worker] = nil }
    step.evicted.removeAll()
  }

  private mutating func record(
    _ lease: Lease, _ new: [InterferogramNumber], _ decided: [InterferogramNumber], _ step: inout Step
  ) {
    guard let (peer, outcomes) = step.result else { return }
    // The usual case.
    if new.count == outcomes.count { return keep(outcomes, duplicates: [], acknowledging: lease, to: peer) }
    let byNumber = Dictionary(uniqueKeysWithValues: outcomes.map { ($0.number, $0) })
    keep(
      new.compactMap { byNumber[$0] }, duplicates: decided.compactMap { byNumber[$0] }, acknowledging: lease,
      to: peer)
  }

  private mutating func evict(_ worker: WorkerID, _ cause: String, _ step: inout Step) {
    step.cause = cause
    step.evicted.append(worker)
    guard let id = stays[worker], let peer = peers[id] else { return }
    step.report(.warning, "worker given up", ["worker": "\(peer.summary)", "cause": "\(cause)"])
    step.cause += " (\(peer.summary))"
    peers[id]?.worker = nil
    // Its slot is refilled when the process has ended. A remote worker learns of it at its next heartbeat.
    if peer.isOwn { step.instructions.append(.kill(pid: peer.pid)) }
  }

  private func split(_ parent: UnitID, _ units: [WorkUnit], _ blame: Int) -> UnitSplit {
    UnitSplit(
      parent: parent,
      children: units.map {
        LedgerUnit(
          id: $0.id, stack: $0.stack, parent: parent, blame: $0.interferograms.count > 1 ? blame : 0,
          interferograms: $0.interferograms)
      })
  }

  private mutating func quarantine(
    _ number: InterferogramNumber, _ worker: WorkerID, _ lease: Lease, _ cause: String, _ step: inout Step
  ) {
    // A worker evicted in this very step has left its last status with the step.
    let reason = step.cause.hasPrefix(cause) ? step.cause : cause
    step.report(.error, "quarantined", ["interferogram": "\(number)", "cause": "\(reason)"])
    keepQuarantine(
      RecordedOutcome(
        number: number, outcome: .quarantined(reason: reason), unit: lease.unit, attempt: lease.attempt,
        worker: worker))
  }

  private func logged(_ transition: Transition, _ step: Step) -> LoggedTransition {
    let detail =
      switch transition.stimulus {
      case .lost, .silent, .stalled, .overdue, .invalid, .unreadable: step.cause
      default: ""
      }
    return LoggedTransition(
      unit: transition.unit, attempt: transition.attempt, worker: transition.worker ?? 0,
      from: transition.from.rawValue, to: transition.to.rawValue, stimulus: transition.stimulus.rawValue,
      detail: detail, time: step.time)
  }
}
