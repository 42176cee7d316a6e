import Foundation
import Interferometry
import Ledger
import Messaging
import Scheduling

/// What workers say of themselves and bring.
extension Coordinator {
  func welcome(_ hello: Volcsweep_Hello, _ identity: [UInt8]) throws {
    guard hello.protocolVersion == protocolVersion else {
      var refusal = Volcsweep_Refusal()
      refusal.reason =
        "the worker speaks protocol \(hello.protocolVersion), this coordinator \(protocolVersion); "
        + "start both from the same volcsweep"
      return try send(.refusal(refusal), to: identity)
    }
    if let worker = peers[identity]?.worker {
      identities[worker] = nil
      _ = try handle(.workerLost(worker, cause: "started anew"))
    }
    peers[identity] = Peer(host: String(hello.host.prefix(255)), pid: hello.pid)
    var welcome = Volcsweep_Welcome()
    welcome.epoch = UInt64(epoch)
    welcome.archive = settings.archive.path
    welcome.modelPath = settings.modelPath
    welcome.modelSha256 = settings.modelSHA256
    welcome.profile = settings.profile
    welcome.batchSize = UInt32(settings.batchSize)
    welcome.heartbeatSeconds = settings.heartbeatSeconds
    try send(.welcome(welcome), to: identity)
  }

  func ready(_ identity: [UInt8]) throws {
    guard var peer = peers[identity] else { return try reintroduce(identity) }
    guard peer.worker == nil else { return }
    let worker = nextWorker
    nextWorker += 1
    peer.worker = worker
    peers[identity] = peer
    identities[worker] = identity
    log.info("worker joined", metadata: ["worker": "\(peer.name)"])
    _ = try handle(.workerJoined(worker))
  }

  func reintroduce(_ identity: [UInt8]) throws {
    try send(.reintroduction(Volcsweep_Reintroduction()), to: identity)
  }

  func take(_ result: Volcsweep_UnitResult, from identity: [UInt8]) throws {
    let peer = peers[identity]
    // A worker that is not known any more may still be first with its result.
    let worker = peer?.worker ?? -1
    var outcomes: [InterferogramNumber: RecordedOutcome] = [:]
    do {
      for interferogram in result.interferograms {
        let number = Int(interferogram.number)
        outcomes[number] = RecordedOutcome(
          number: number, outcome: try Outcome(interferogram), unit: result.unit, attempt: Int(result.attempt),
          worker: 0, seconds: StageSeconds(interferogram.seconds))
      }
    } catch let error {
      log.error("a result that cannot be", metadata: ["worker": "\(peer?.name ?? "unknown")", "why": "\(error)"])
      peers[identity]?.worker = nil
      identities[worker] = nil
      _ = try handle(.workerLost(worker, cause: "sent a result that cannot be: \(error)"))
      return
    }
    let lease = Lease(unit: result.unit, attempt: Int(result.attempt))
    _ = try handle(.result(worker, lease, interferograms: outcomes.keys.sorted()), outcomes, from: identity)
    if peer == nil { try reintroduce(identity) }
  }
}
