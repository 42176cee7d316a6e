import Interferometry
import Messaging
import Names
import Scheduling
import SweepRecords

/// Handling of workers that cannot see the planned archive.
extension CoordinatorMachine {
  /// The welcome for a worker, with the stack by which it proves that it sees the archive. The stack stays the
  /// same until it was tried, so an answer to an earlier welcome also answers the latest.
  mutating func welcome(_ id: PeerID, plan: String?) -> Volcsweep_Welcome {
    var welcome = settings.welcome(epoch: epoch, plan: plan)
    guard let peer = peers[id], !peer.deliversOnly else { return welcome }
    let stack = peer.proof ?? proofs.next(wanted: peer.unreadStack)
    peers[id]?.proof = stack
    welcome.proofStack = stack
    return welcome
  }

  /// Rejects a worker for a while if its proof is invalid.
  ///
  /// - Returns: whether it was rejected.
  mutating func refuseUnlessProven(_ ready: Volcsweep_Ready, _ id: PeerID, _ step: inout Step) -> Bool {
    guard let peer = peers[id], !peer.deliversOnly else { return false }
    // A late answer to a welcome from before the worker was rejected: the next welcome names another proof.
    if peer.proof == nil, peer.blindness != nil { return true }
    let problem = proofs.problem(
      ready.archiveIdentity, trouble: Self.words(ready.archiveTrouble), file: peer.proof ?? "",
      archive: settings.archive)
    guard let problem else {
      peers[id]?.blindness = nil
      peers[id]?.unreadStack = nil
      return false
    }
    sendAway(id, "it does not see the planned archive: \(problem)", &step)
    return true
  }

  /// Withholds units from a worker until it has proved that it sees the archive.
  mutating func setAside(_ worker: WorkerID, _ stack: Int?, _ cause: String, _ step: inout Step) {
    guard let id = stays.removeValue(forKey: worker) else { return }
    peers[id]?.worker = nil
    peers[id]?.unreadStack = stack.flatMap { plan.stackFile($0) }
    sendAway(id, cause, &step)
  }

  private mutating func sendAway(_ id: PeerID, _ reason: String, _ step: inout Step) {
    guard var peer = peers[id] else { return }
    let pause = min(Self.firstPauseSeconds * Double(1 << min(peer.timesAway, 16)), Self.longestPauseSeconds)
    peer.timesAway += 1
    peer.proof = nil
    peer.blindness = Blindness(reason: reason, until: step.now.advanced(bySeconds: pause))
    peers[id] = peer
    step.report(
      .warning, "worker suspended: it gets no units until it can read the archive",
      ["worker": "\(peer.name)", "archive": "\(settings.archive)", "reason": "\(reason)"])
    sayAway(id, peer, pause, &step)
  }

  private func sayAway(_ id: PeerID, _ peer: Peer, _ seconds: Double, _ step: inout Step) {
    var refusal = Volcsweep_Refusal()
    refusal.reason = "\(peer.name), archive \(settings.archive): \(peer.blindness?.reason ?? "")"
    // Longer, and it would take the coordinator for silent.
    refusal.retrySeconds = min(max(seconds, 0.1), Self.longestPauseSeconds)
    step.send(.refusal(refusal), to: id)
  }

  /// Answers a worker that returns too early.
  ///
  /// - Returns: whether it did.
  func sendAwayAgain(_ id: PeerID, _ step: inout Step) -> Bool {
    guard let peer = peers[id], !peer.deliversOnly, peer.worker == nil, let blindness = peer.blindness,
      blindness.until > step.now
    else { return false }
    sayAway(id, peer, blindness.until.seconds(since: step.now), &step)
    return true
  }

  /// Ends the sweep as unreadable if no worker has seen the archive for too long although workers are
  /// connected.
  mutating func endIfArchiveIsLost(_ step: inout Step) {
    guard scheduler.workerCount == 0, !isFinished else {
      (archiveLostAt, archiveDoubt) = (nil, nil)
      return
    }
    if archiveLostAt == nil, isArchiveMissed { archiveLostAt = step.now }
    guard let lostAt = archiveLostAt else { return doubtArchive(&step) }
    let seconds = step.now.seconds(since: lostAt)
    // A worker that is loading the model may see it.
    let isSomebodyLoading = peers.values.contains {
      $0.isLoading && step.now.seconds(since: $0.heardAt) < settings.limits.silenceSeconds
    }
    let timeoutSeconds = settings.limits.archiveSeconds
    guard seconds >= (isSomebodyLoading ? 10 * timeoutSeconds : timeoutSeconds), isArchiveMissed else { return }
    step.report(
      .error, "no worker sees the planned archive: open interferograms are marked as unreadable",
      ["archive": "\(settings.archive)", "seconds": "\(Int(seconds))"])
    schedule(.archiveLost, &step)
  }

  /// Whether a worker on the coordinator's machine cannot see the archive, or workers on two other machines: a
  /// single remote machine may just lack a mount.
  private var isArchiveMissed: Bool {
    var machine: String?
    for (id, peer) in peers where peer.isBlind {
      guard id.socket > 0, machine == nil || machine == peer.machine else { return true }
      machine = peer.machine
    }
    return false
  }

  /// Reports once that all workers are on one remote machine and see no archive; the sweep waits for others.
  private mutating func doubtArchive(_ step: inout Step) {
    guard let blind = peers.values.filter({ $0.isBlind }).min(by: { $0.name < $1.name }) else {
      archiveDoubt = nil
      return
    }
    let doubt = archiveDoubt ?? (since: step.now, isReported: false)
    archiveDoubt = doubt
    let seconds = step.now.seconds(since: doubt.since)
    guard !doubt.isReported, seconds >= settings.limits.archiveSeconds else { return }
    archiveDoubt?.isReported = true
    step.report(
      .error,
      "no worker sees the archive, and all workers are on one machine: waiting for workers on other machines",
      ["archive": "\(settings.archive)", "worker": "\(blind.name)", "reason": "\(blind.blindness?.reason ?? "")"])
  }

  /// What a worker could not read of a unit for the scheduler, and why for the log.
  func trouble(
    _ reasons: [InterferogramNumber: ReadingTrouble], of unit: [Volcsweep_InterferogramResult], _ id: PeerID,
    _ step: inout Step
  ) -> Trouble? {
    guard let first = unit.first(where: { reasons[Int($0.number)] != nil }) else { return nil }
    let number = Int(first.number)
    step.report(
      .warning, "a worker cannot read interferograms; other workers will try",
      [
        "worker": "\(name(of: id))", "interferogram": "\(number)", "count": "\(reasons.count)",
        "reason": "\(reasons[number]?.description ?? "")", "detail": "\(Self.words(first.unreadable.detail))",
      ])
    step.cause = reasons[number]?.description ?? ""
    // When a stack cannot be read, a worker checks whether the archive is there.
    return Trouble(reasons.mapValues(\.code), archive: reasons.values.contains(.archive) ? .lost : .seen)
  }

  /// Records that no worker could read an interferogram.
  mutating func giveUp(
    _ number: InterferogramNumber, _ worker: WorkerID, _ lease: Lease, _ code: Int, _ step: inout Step
  ) {
    let reason = ReadingTrouble(code: code)
    step.report(.error, "unreadable", ["interferogram": "\(number)", "reason": "\(reason)"])
    keepQuarantine(
      RecordedOutcome(
        number: number, outcome: .unreadable(reason: reason.description), unit: lease.unit, attempt: lease.attempt,
        worker: worker))
  }

  /// A worker's text, made safe to display.
  private static func words(_ text: String) -> String {
    VisibleText.line(text, limit: longestWords)
  }

  private static let longestWords = 500
  private static let firstPauseSeconds = 1.0
  private static let longestPauseSeconds = 10.0
}

extension Peer {
  /// Whether it was rejected because it cannot see the archive.
  var isBlind: Bool { blindness != nil && worker == nil }

  /// The machine that it reports, without its key.
  fileprivate var machine: String { host.split(separator: "@").last.map(String.init) ?? host }

  /// Whether it said Hello and is not ready yet.
  var isLoading: Bool { worker == nil && blindness == nil && joinedAt == nil && !deliversOnly }
}

extension ReadingTrouble {
  /// The reason's number for the scheduler: the greater, the more it depends on the interferogram.
  var code: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  init(code: Int) { self = Self.allCases.indices.contains(code) ? Self.allCases[code] : .archive }
}
