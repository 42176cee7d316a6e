import Interferometry
import Logging
import Scheduling
import SweepRecords

/// Storing of blame, claims and checks, and bans of workers with wrong results.
extension CoordinatorMachine {
  mutating func keep(_ losses: [UnitLoss], of unit: UnitID) {
    batch.losses.append(
      UnitLosses(
        unit: unit,
        losses: losses.map {
          LoggedLoss(seat: hosts.logged($0.seat), weight: $0.weight, standing: $0.standing.rawValue)
        }))
  }

  mutating func keepClaim(_ worker: WorkerID, _ number: InterferogramNumber, _ reason: String, _ step: inout Step) {
    guard let id = stays[worker], let peer = peers[id] else { return }
    logWorker(id, step.time)
    batch.claims.append(
      LoggedClaim(
        number: number, worker: worker, seat: LoggedSeat(host: peer.host, slot: peer.slot), reason: reason,
        time: step.time))
  }

  func reportDispute(_ first: WorkerID, _ second: WorkerID, _ numbers: [InterferogramNumber], _ step: inout Step) {
    step.report(
      .error, "two workers returned different results, and there is no third worker to decide which one is wrong",
      [
        "interferograms": "\(numbers.prefix(20).map(String.init).joined(separator: " "))",
        "workers": "\(names[first] ?? "unknown") \(names[second] ?? "unknown")",
      ])
  }

  /// Rejects a worker for good, under any later name, and requests its results from the ledger.
  mutating func distrust(_ worker: WorkerID, _ reason: String, _ step: inout Step) {
    let name = names[worker] ?? "unknown"
    step.report(.error, "worker rejected: its results are wrong", ["worker": "\(name)", "reason": "\(reason)"])
    investigations.append((worker, sessions(ofMachineOf: worker)))
    causes[worker] = "computed by \(name), whose results are not trusted: \(reason)"
    guard let id = stays[worker] else { return }
    if let key = peers[id]?.key(at: id) {
      bannedKeys.insert(key)
      hasNewBan = true
    }
    refuse(worker, "its results are wrong: \(reason)", &step)
  }

  /// Most recent other sessions of this epoch with the same key on the same machine, for a remote worker.
  private func sessions(ofMachineOf worker: WorkerID) -> [WorkerID] {
    guard let id = stays[worker], let peer = peers[id], peer.key(at: id) != nil else { return [] }
    let others = names.filter { $0.key != worker && $0.value.hasPrefix("\(peer.host):") }
    return Array(others.keys.sorted(by: >).prefix(Self.maximumSessions))
  }

  private static let maximumSessions = 1000

  /// Rejects other workers that use a banned key; their leases are returned.
  private mutating func sendBannedAway(_ step: inout Step) {
    guard hasNewBan else { return }
    hasNewBan = false
    let others = peers.filter { $0.value.key(at: $0.key).map(bannedKeys.contains) ?? false }
    for (id, peer) in others.sorted(by: { $0.key < $1.key }) {
      guard let worker = peer.worker else {
        refuse(id, Self.banReason, &step)
        peers[id] = nil
        continue
      }
      schedule(.workerLeft(worker), &step)
      refuse(worker, Self.banReason, &step)
    }
  }

  static let banReason = "results sent with this key are wrong"

  /// Handles the ledger's list of what a banned worker delivered.
  mutating func take(_ brought: [BroughtInterferogram], of worker: WorkerID, _ step: inout Step) {
    plan.add(brought)
    for interferogram in brought { reopened[interferogram.number] = interferogram.outcome }
    let units = Dictionary(grouping: brought) { [$0.unit, UInt64($0.stack)] }
    let event = Event.brought(
      worker,
      units.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, some in
        BroughtUnit(unit: key[0], stack: Int(key[1]), interferograms: some.map(\.number))
      })
    schedule(event, &step)
    reopened = [:]
    causes[worker] = nil
  }

  mutating func reopen(_ worker: WorkerID, _ units: [WorkUnit], _ step: inout Step) {
    var count = 0
    for number in units.flatMap(\.interferograms) {
      guard let outcome = reopened[number] else { continue }
      counts.uncount(outcome)
      if isCandidate(outcome) { candidateCount -= 1 }
      count += 1
    }
    let ledgerUnits = units.map {
      LedgerUnit(
        id: $0.id, stack: $0.stack, parent: scheduler.parent(of: $0.id) ?? 0, blame: 0,
        interferograms: $0.interferograms)
    }
    batch.reopenings.append(
      Reopening(units: ledgerUnits, cause: causes[worker] ?? "its worker is not trusted", time: step.time))
    holdBack(units.map(\.id))
    step.report(
      .warning, "outcomes withdrawn; they will be computed again",
      ["worker": "\(names[worker] ?? "unknown")", "interferograms": "\(count)"])
  }

  /// Handles the results of comparisons.
  mutating func take(_ verdicts: [LedgerReceipt.Verdict], _ step: inout Step) {
    for verdict in verdicts {
      if verdict.agrees == true, let recorded = verdict.recorded {
        if verdict.firstEpoch == epoch {
          batch.confirmations.append(Confirmation(worker: verdict.firstWorker, recorded: recorded))
        }
        batch.confirmations.append(Confirmation(worker: verdict.worker, recorded: max(recorded, step.time)))
      }
      schedule(.verdict(verdict.lease, agrees: verdict.agrees), &step)
      sendBannedAway(&step)
    }
  }

  /// Stores a worker's identity once it matters: a worker that only comes and goes leaves no record.
  mutating func logWorker(_ id: PeerID, _ time: Int64) {
    guard var peer = peers[id], let worker = peer.worker, !peer.isLogged else { return }
    peer.isLogged = true
    peers[id] = peer
    batch.workers.append(
      LoggedWorker(number: worker, name: peer.name, kind: peer.kind, joined: peer.sessionTime ?? time))
  }
}

extension Peer {
  /// The key that a remote worker has proved to hold: the part of its name before the first `@`. The machine
  /// name after it is unverified.
  func key(at id: PeerID) -> String? { id.socket > 0 ? String(host.prefix { $0 != "@" }) : nil }
}

extension OutcomeCounts {
  mutating func uncount(_ outcome: Outcome) {
    switch outcome {
    case .scored: scored -= 1
    case .rejected: rejected -= 1
    case .quarantined: quarantined -= 1
    case .unreadable: unreadable -= 1
    }
  }
}
