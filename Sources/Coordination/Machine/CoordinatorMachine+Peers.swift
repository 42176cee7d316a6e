import Interferometry
import Messaging
import Names
import Scheduling
import SweepRecords

import struct Foundation.Data

/// Handling of messages from workers.
extension CoordinatorMachine {
  mutating func take(_ message: Volcsweep_ToCoordinator, from id: PeerID, _ step: inout Step) {
    switch message.body {
    case .hello(let hello): welcome(hello, id, &step)
    case .ready(let ready): join(ready, id, &step)
    case .heartbeat(let beat): take(beat, id, &step)
    case .result(let result): take(result, id, &step)
    case .goodbye:
      guard let peer = peers.removeValue(forKey: id), let worker = peer.worker else { return }
      schedule(.workerLeft(worker), &step)
      stays[worker] = nil
    case .exitReport(let report): recordExit(report, id, &step)
    case .results, nil:
      step.report(.warning, "a message of unknown type", ["peer": "\(name(of: id))"])
    }
  }

  /// Whoever has the worker's key could have impersonated it all along, so the report is believed. If the
  /// worker was evicted meanwhile, the blame is already assigned.
  private mutating func recordExit(_ report: Volcsweep_ExitReport, _ sender: PeerID, _ step: inout Step) {
    step.send(.pulse(Volcsweep_Pulse()), to: sender)
    let host = report.host.prefix(255)
    let exitedPeer = peers.first {
      $0.key.socket == sender.socket && !$0.value.isOwn && $0.value.pid == report.pid && $0.value.host == host
    }
    guard let id = exitedPeer?.key else { return }
    lose(id, ProcessEnd(report).loss, &step)
  }

  private mutating func welcome(_ hello: Volcsweep_Hello, _ id: PeerID, _ step: inout Step) {
    if let reason = reasonToRefuse(hello, id) {
      step.report(
        .warning, "worker refused",
        ["worker": "\(VisibleText.line(hello.host, limit: 255)):\(hello.pid)", "reason": "\(reason)"])
      return refuse(id, reason, &step)
    }
    var peer =
      peers[id]
      ?? Peer(
        host: hello.host, pid: hello.pid, isOwn: false, deliversOnly: hello.deliversOnly,
        kind: MachineKind(
          processor: VisibleText.line(hello.cpuKind, limit: 255),
          blasKernel: VisibleText.line(hello.blasKernel, limit: 255),
          planHash: ""),
        heardAt: step.now)
    peer.deliversOnly = hello.deliversOnly
    peer.planMachine = VisibleText.line(hello.planMachine, limit: 1024)
    if id.socket == 0, let known = ownProcesses[hello.pid],
      known.peer == nil || known.peer == id
    {
      peer.isOwn = true
      peer.slot = known.slot
      ownProcesses[hello.pid]?.peer = id
    }
    peers[id] = peer
    if sendAwayAgain(id, &step) { return }
    let machine = peer.deliversOnly || !settings.triesKernels ? "" : peer.planMachine
    switch plans.answer(machine, id, at: step.now, isThere: { peers[$0].map { !$0.isBlind } ?? false }) {
    case .use(let plan): step.send(.welcome(welcome(id, plan: plan)), to: id)
    case .make: step.send(.welcome(welcome(id, plan: nil)), to: id)
    // It says Hello again with its next heartbeat.
    case .wait: step.send(.pulse(Volcsweep_Pulse()), to: id)
    }
  }

  private func reasonToRefuse(_ hello: Volcsweep_Hello, _ id: PeerID) -> String? {
    guard hello.protocolVersion == protocolVersion else {
      return
        "the worker uses protocol version \(hello.protocolVersion), this coordinator version \(protocolVersion); "
        + "start both from the same volcsweep"
    }
    if !hello.host.isEmpty, let problem = PathComponent.problem(hello.host) {
      return "its host name \(problem)"
    }
    guard !banned.contains(id) else { return "it sent invalid results" }
    if id.socket > 0, bannedKeys.contains(String(hello.host.prefix { $0 != "@" })) { return Self.banReason }
    // Twice the number that may work, so that reconnecting workers are accepted.
    guard peers[id] != nil || peers.count < 2 * settings.limits.maximumWorkers else {
      return "this sweep already has the maximum of \(settings.limits.maximumWorkers) workers"
    }
    return nil
  }

  private mutating func join(_ ready: Volcsweep_Ready, _ id: PeerID, _ step: inout Step) {
    guard let known = peers[id] else { return reintroduce(id, &step) }
    guard known.worker == nil else { return }
    if refuseUnlessProven(ready, id, &step) { return }
    switch plans.take(ready.plan, of: known.planMachine, from: id) {
    case .isInUse: break
    case .isNew: return keep(MachinePlan(machine: known.planMachine, document: ready.plan))
    case .isOther:
      // A worker that was not asked for a plan says Hello again with its next heartbeat.
      guard let plan = plans.documents[known.planMachine] else { return }
      return step.send(.welcome(welcome(id, plan: plan)), to: id)
    }
    var peer = peers[id] ?? known
    peer.kind.planHash = VisibleText.line(ready.planHash, limit: 128)
    let worker = newWorker(id, &peer, &step)
    peer.joinedAt = peer.joinedAt ?? step.now
    peers[id] = peer
    guard !peer.deliversOnly else { return }
    step.report(.info, "worker joined", ["worker": "\(peer.name)"])
    let seat = hosts.seat(host: peer.host, slot: peer.slot)
    schedule(.workerJoined(worker, at: seat), &step)
  }

  private mutating func take(_ beat: Volcsweep_Heartbeat, _ id: PeerID, _ step: inout Step) {
    guard var peer = peers[id], let worker = peer.worker else { return reintroduce(id, &step) }
    peer.stage = beat.stage
    peer.interferogram = beat.interferogram
    peer.unit = beat.hasComputing ? beat.computing.unit : nil
    peer.residentBytes = beat.residentBytes
    peers[id] = peer
    note(residentBytes: beat.residentBytes)
    if !peer.deliversOnly {
      let event = Event.heartbeat(
        worker, holding: beat.holding.prefix(Self.maximumHolding).map(Lease.init),
        computing: beat.hasComputing ? Lease(beat.computing) : nil, progress: beat.progress)
      schedule(event, &step)
    }
    step.send(.pulse(Volcsweep_Pulse()), to: id)
  }

  /// Leases that a heartbeat may name; further ones are ignored.
  private static let maximumHolding = 4096

  private mutating func take(_ result: Volcsweep_UnitResult, _ id: PeerID, _ step: inout Step) {
    // A worker that is unknown, or was evicted, introduces itself and sends the message again.
    guard let worker = peers[id]?.worker else { return reintroduce(id, &step) }
    let lease = result.lease
    logWorker(id, step.time)
    // With a slow disk workers send unacknowledged results again; handling them each time would slow down the
    // coordinator further.
    guard !isBeingWritten(lease, from: id) else { return }
    var outcomes: [RecordedOutcome] = []
    outcomes.reserveCapacity(result.interferograms.count)
    var seen: Set<InterferogramNumber> = []
    var unread: [InterferogramNumber: ReadingTrouble] = [:]
    step.result = (id, [])
    let (stored, reused) = (Set(result.stored), Set(result.reused))
    do {
      for interferogram in result.interferograms {
        let number = Int(interferogram.number)
        guard result.interferograms.count == 1 || seen.insert(number).inserted else {
          throw MessageError("interferogram \(number) is repeated")
        }
        let outcome = try Outcome(interferogram)
        if case .unreadable(let reason) = outcome {
          unread[number] = ReadingTrouble(rawValue: reason)
          continue
        }
        try plan.check(outcome, of: number)
        var recorded = RecordedOutcome(
          number: number, outcome: outcome, unit: lease.unit, attempt: lease.attempt, worker: worker,
          seconds: StageSeconds(interferogram.seconds))
        recorded.pixelHash = try Self.pixelHash(interferogram)
        recorded.mask = try plan.mask(interferogram.dataMask, of: number)
        if case .scored = outcome {
          recorded.isFromActivations =
            reused.contains(interferogram.number) && hasPlannedActivations(number, lease)
          if let layer = settings.storedLayer, stored.contains(interferogram.number) {
            recorded.activation = (layer, lease)
          }
        }
        outcomes.append(recorded)
      }
    } catch {
      step.cause = "sent an invalid result: \(error)"
      step.isResultImpossible = true
      let event = Event.invalidResult(worker, lease, reason: "\(error)")
      return schedule(event, &step)
    }
    step.result = (id, outcomes)
    var rejected: [InterferogramNumber: String] = [:]
    for outcome in outcomes {
      if case .rejected(let reason) = outcome.outcome { rejected[outcome.number] = reason }
    }
    noteUnstored(outcomes, id, &step)
    let event = Event.result(
      worker, lease, interferograms: outcomes.map(\.number), rejected: rejected,
      unreadable: trouble(unread, of: result.interferograms, id, &step), isDraining: result.draining)
    schedule(event, &step)
  }

  /// Whether the plan lists stored activations of an interferogram; without them a worker's claim to have used
  /// any is false.
  private func hasPlannedActivations(_ number: InterferogramNumber, _ lease: Lease) -> Bool {
    guard plan.activationCount > 0 else { return false }
    let unit = WorkUnit(id: lease.unit, stack: 0, interferograms: [number])
    return plan.assignment(of: unit, lease).interferograms.contains { !$0.activations.isEmpty }
  }

  /// Logs a worker that should have stored activations and did not.
  private func noteUnstored(_ outcomes: [RecordedOutcome], _ id: PeerID, _ step: inout Step) {
    guard settings.storedLayer != nil else { return }
    let missing = outcomes.count { recorded in
      guard case .scored(let result) = recorded.outcome else { return false }
      return result.keptPatches > 0 && recorded.activation == nil && !recorded.isFromActivations
    }
    guard missing > 0 else { return }
    step.report(
      .warning, "activations could not be stored; see the worker's log",
      ["worker": "\(name(of: id))", "interferograms": "\(missing)"])
  }

  /// - Returns: `nil` if no pixels were read.
  private static func pixelHash(_ result: Volcsweep_InterferogramResult) throws(MessageError) -> Data? {
    guard !result.pixelHash.isEmpty else { return nil }
    guard result.pixelHash.count == PixelHash.byteCount else {
      throw MessageError(
        "interferogram \(result.number) has \(result.pixelHash.count) bytes as the hash of its pixels")
    }
    return result.pixelHash
  }

  func refuse(_ id: PeerID, _ reason: String, _ step: inout Step) {
    var refusal = Volcsweep_Refusal()
    refusal.reason = reason
    step.send(.refusal(refusal), to: id)
  }

  private func reintroduce(_ id: PeerID, _ step: inout Step) {
    step.send(.reintroduction(Volcsweep_Reintroduction()), to: id)
  }

  /// Rejects a worker for good. The slot of a local one is refilled.
  mutating func refuse(_ worker: WorkerID, _ reason: String, _ step: inout Step) {
    guard let id = stays.removeValue(forKey: worker) else { return }
    banned.insert(id)
    refuse(id, reason, &step)
    step.report(.error, "worker refused", ["worker": "\(name(of: id))", "reason": "\(reason)"])
    if let peer = peers.removeValue(forKey: id), peer.isOwn { step.instructions.append(.kill(pid: peer.pid)) }
  }
}
