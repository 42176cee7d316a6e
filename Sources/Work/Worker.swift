import Foundation
import Logging
import Messaging
import NeuralNetwork

/// A worker process: takes units from its coordinator, computes them on a thread of its own, and keeps each result
/// until the coordinator has it on disk. One thread owns it.
public final class Worker {
  /// Why a worker ended that should not have.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// A worker that hears nothing of its coordinator for this long ends.
  public static let orphanSeconds = 300.0

  private let process: WorkerProcess
  private let log: Logger
  private let context: MessageContext
  private let socket: MessageSocket
  private let events: Mailbox<ComputeEvent>
  private let compute: ComputeThread
  private var terms: SweepTerms?
  private var isReady = false
  private var unacknowledged: [Volcsweep_Lease: Volcsweep_UnitResult] = [:]
  private var heardAt = ContinuousClock.now
  private var sentAt = ContinuousClock.now
  private var drainedAt: ContinuousClock.Instant?

  /// - Parameters:
  ///   - address: where the coordinator listens.
  ///   - process: what the worker says of itself.
  ///   - log: what is out of order.
  /// - Throws: `ZeroMQError` when the address is none.
  public init(address: String, process: WorkerProcess, log: Logger) throws {
    self.process = process
    self.log = log
    context = try MessageContext()
    socket = try MessageSocket(.dealer(identity: process.identity), context: context)
    try socket.connect(address)
    events = try Mailbox<ComputeEvent>()
    compute = ComputeThread(events: events)
  }

  /// Works until the coordinator or a signal ends it.
  ///
  /// - Throws: ``Failure`` when it cannot work, is refused, or has lost its coordinator.
  public func run(signals: SignalSource) throws {
    try introduce()
    while true {
      let beat = terms?.heartbeatSeconds ?? 1
      let wakeup = try socket.wait(
        alsoFor: [events.descriptor, signals.descriptor], milliseconds: Int(min(beat * 500, 500)))
      if wakeup.hasMessages {
        while let frames = try socket.receive() {
          heardAt = .now
          if try handle(frames) { return }
        }
      }
      for event in events.takeAll() { try handle(event) }
      // An interrupt from the terminal reaches the coordinator too, which says what to do about it.
      if signals.takeAll().contains(SIGTERM) { drain() }
      if try isOver() { return }
      if ContinuousClock.now - sentAt > .seconds(beat) { try beatOrIntroduce() }
    }
  }

  private func isOver() throws -> Bool {
    guard !process.isOrphaned else { throw Failure(description: "the coordinator's process has ended") }
    let silence = ContinuousClock.now - heardAt
    guard silence < .seconds(Self.orphanSeconds) else {
      throw Failure(description: "nothing heard of the coordinator for \(Int(Self.orphanSeconds)) s")
    }
    guard let drainedAt else { return false }
    let isIdle = compute.atHand == nil && unacknowledged.isEmpty
    guard isIdle || ContinuousClock.now - drainedAt > .seconds(60) else { return false }
    try send(.goodbye(Volcsweep_Goodbye()))
    return true
  }

  private func introduce() throws {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.host = process.host
    hello.pid = process.pid
    hello.cpuKind = WorkerProcess.processorKind
    hello.blasKernel = BLASEnvironment.kernelName
    try send(.hello(hello))
  }

  private func beatOrIntroduce() throws {
    guard terms != nil else { return try introduce() }
    guard isReady else {
      sentAt = .now
      return
    }
    var heartbeat = Volcsweep_Heartbeat()
    if let lease = compute.atHand { heartbeat.computing = lease }
    heartbeat.progress = compute.progress
    heartbeat.residentBytes = process.residentBytes
    try send(.heartbeat(heartbeat))
  }

  /// - Returns: whether the worker is done.
  private func handle(_ frames: [[UInt8]]) throws -> Bool {
    guard frames.count == 1, let message = try? Volcsweep_ToWorker(frame: frames[0]) else {
      log.warning("a message that is none")
      return false
    }
    switch message.body {
    case .welcome(let welcome):
      let terms = try SweepTerms(welcome)
      if self.terms == terms && isReady {
        try becomeReady()
      } else {
        self.terms = terms
        isReady = false
        compute.begin(terms)
      }
    case .refusal(let refusal): throw Failure(description: "refused by the coordinator: \(refusal.reason)")
    case .reintroduction: try introduce()
    case .assignment(let assignment):
      guard drainedAt == nil else { break }
      compute.enqueue(assignment)
    case .acknowledgement(let acknowledgement):
      unacknowledged[acknowledgement.lease] = nil
    case .revocation(let revocation): compute.revoke(revocation.lease)
    case .drain: drain()
    case .pulse, nil: break
    }
    return false
  }

  private func handle(_ event: ComputeEvent) throws {
    switch event {
    case .ready: try becomeReady()
    case .failed(let reason): throw Failure(description: reason)
    case .result(let result):
      unacknowledged[result.lease] = result
      try send(.result(result))
    }
  }

  private func becomeReady() throws {
    isReady = true
    try send(.ready(Volcsweep_Ready()))
    for (_, result) in unacknowledged.sorted(by: { $0.key.unit < $1.key.unit }) { try send(.result(result)) }
  }

  private func drain() {
    guard drainedAt == nil else { return }
    drainedAt = .now
    compute.drain()
  }

  private func send(_ body: Volcsweep_ToCoordinator.OneOf_Body) throws {
    sentAt = .now
    if case .sent = try socket.send(Volcsweep_ToCoordinator(body).frame()) { return }
    log.warning("the coordinator takes no messages")
  }
}
