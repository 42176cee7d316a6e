import Scheduling

extension CoordinatorMachine {
  /// Units that no worker has, and leases that are out.
  package var unitCounts: SweepStatus.Units {
    SweepStatus.Units(waiting: scheduler.waitingCount, leased: scheduler.leaseCount)
  }

  /// The workers that have introduced themselves, by name.
  package func workerStatus(at now: Instant) -> [SweepStatus.Worker] {
    peers.values.map { peer in
      let seconds = now.seconds(since: peer.joinedAt ?? now)
      return SweepStatus.Worker(
        name: peer.name, isLocal: peer.isOwn, processor: peer.kind.processor, blasKernel: peer.kind.blasKernel,
        state: peer.state, stage: peer.stage == .idle ? "" : peer.stage.word,
        interferogram: Int(peer.interferogram), unit: peer.unit, residentBytes: peer.residentBytes,
        silentSeconds: now.seconds(since: peer.heardAt), done: peer.done,
        rate: seconds > 0 ? Double(peer.done) / seconds : 0)
    }.sorted { $0.name < $1.name }
  }
}

extension Peer {
  fileprivate var state: String {
    if deliversOnly { return "delivering" }
    if isBlind { return "no_archive" }
    guard worker != nil else { return joinedAt == nil ? "loading" : "given_up" }
    return stage == .idle ? "idle" : "working"
  }
}
