import Foundation
import Logging
import Messaging
import NeuralNetwork

/// A worker process: takes units from its coordinator, computes them on a thread of its own, and keeps each result
/// until the coordinator has it on disk. The loop around ``WorkerMachine``; one thread owns it.
public final class Worker {
  /// Why a worker ended that should not have.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// There is no coordinator any more.
  public struct Lost: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  /// The compute thread hangs: only the process's end frees it.
  public struct Hang: Error, CustomStringConvertible {
    public let description: String
  }

  private let process: WorkerProcess
  private let log: Logger
  private let context: MessageContext
  /// `nil` once it has hung up.
  private var connection: Connection?
  private let connect: (String) throws -> Connection
  /// Where the coordinator was last known to listen.
  private var address: String
  private let find: () -> CoordinatorPlace
  private var connectedAt = 0.0
  private var lookedAt = 0.0
  private let events: Mailbox<ComputeEvent>
  private let compute: ComputeThread
  private var machine: WorkerMachine
  private let begun = ContinuousClock.now
  private var isOver = false
  /// What is to be sent before it waits again.
  private var outgoing: [Volcsweep_ToCoordinator] = []

  /// A socket with what is told of its connection.
  private struct Connection {
    let socket: MessageSocket
    let watch: ConnectionWatch
  }

  /// A coordinator answers each heartbeat: one that is silent for this long is connected to anew, because libzmq ends a
  /// connection that broke its protocol for good.
  private static let reconnectSeconds = 15.0
  /// After such a silence it is asked where the coordinator is by now, and again and again.
  private static let lookSeconds = 2.0

  /// - Parameters:
  ///   - address: where the coordinator listens.
  ///   - process: what the worker says of itself.
  ///   - limits: what it holds itself to.
  ///   - security: the worker's keys, for an address over TCP.
  ///   - log: what is out of order.
  ///   - find: asked where the coordinator is, now and then while it is silent.
  /// - Throws: `EndpointError` or `ZeroMQError` when the address is none, or needs keys.
  public convenience init(
    address: String, process: WorkerProcess, limits: WorkerLimits = WorkerLimits(),
    security: SocketSecurity = .filePermissions, log: Logger, find: @escaping () -> CoordinatorPlace = { .unknown }
  ) throws {
    try self.init(
      address: address, process: process, limits: limits, security: security, log: log, find: find,
      planMachine: Plan.machine(library: .oneDNN, precision: .bfloat16)
    ) {
      try UnitComputer($0, after: $1 as? UnitComputer)
    }
  }

  /// A worker whose units something else computes than the detector.
  package init(
    address: String, process: WorkerProcess, limits: WorkerLimits = WorkerLimits(),
    security: SocketSecurity = .filePermissions, log: Logger, find: @escaping () -> CoordinatorPlace = { .unknown },
    planMachine: String = "", makeComputer: @escaping MakeComputer
  ) throws {
    self.address = address
    self.find = find
    self.process = process
    self.log = log
    context = try MessageContext()
    let (context, identity) = (context, process.identity)
    connect = { address in
      let watch = try ConnectionWatch()
      let socket = try MessageSocket(
        .dealer(identity: identity), context: context, security: security, watch: watch)
      try socket.connect(address)
      return Connection(socket: socket, watch: watch)
    }
    connection = try connect(address)
    events = try Mailbox<ComputeEvent>()
    compute = try ComputeThread(events: events, blackBox: process.blackBox, makeComputer: makeComputer)
    var introduction = Volcsweep_Hello()
    introduction.host = process.host
    introduction.pid = process.pid
    introduction.cpuKind = WorkerProcess.processorKind
    introduction.blasKernel = BLASEnvironment.kernelName
    introduction.planMachine = planMachine
    machine = WorkerMachine(introduction: introduction, limits: limits, at: 0)
  }

  /// Works until the coordinator or a signal ends it, and what it said last is on its way. To be called once.
  ///
  /// - Throws: ``Failure`` when it cannot work or is refused; ``Lost`` when it has heard nothing of a coordinator for too
  ///   long; ``Hang`` when its compute thread does not come back.
  public func run(signals: SignalSource) throws {
    defer { hangUp() }
    while !isOver {
      try handle(.tick(compute.status))
      if process.isOrphaned { try handle(.orphaned) }
      guard !isOver else { return }
      try reconnectIfSilent()
      try sendAll()
      try listen(signals)
      try takeComputeEvents()
      // An interrupt from the terminal, or its end, reaches the coordinator too, which says what to do about it.
      let arrived = signals.takeAll()
      if arrived.contains(SIGTERM) || process.parent == nil && arrived.contains(SIGHUP) { try handle(.drain) }
    }
  }

  private func takeComputeEvents() throws {
    for event in events.takeAll() {
      switch event {
      case .ready(let hash, let plan): try handle(.loaded(planHash: hash, plan: plan))
      case .failed(let reason): try handle(.failed(reason: reason))
      case .proved(let stack, let proof): try handle(.proved(stack: stack, proof))
      case .result(let result): try handle(.computed(result))
      }
    }
  }

  private func listen(_ signals: SignalSource) throws {
    guard let connection else { return }
    let wakeup = try connection.socket.wait(
      alsoFor: [events.descriptor, signals.descriptor, connection.watch.reports.descriptor],
      milliseconds: Int(min(machine.beatSeconds * 500, 500)))
    if wakeup.hasMessages { try receiveAll() }
    for report in connection.watch.reports.takeAll() where report.event.isRejection { log.warning("\(report)") }
  }

  /// The process may exit next, and its goodbye must not be lost by that: the coordinator would wait for a silent worker.
  private func hangUp() {
    try? sendAll()
    connection = nil
    context.end()
  }

  private var now: Double { (ContinuousClock.now - begun) / .seconds(1) }

  private func reconnectIfSilent() throws {
    let silence = now - max(machine.heardAt, connectedAt)
    guard silence > max(Self.lookSeconds, 3 * machine.beatSeconds), now - lookedAt > Self.lookSeconds else {
      return
    }
    lookedAt = now
    var found = address
    switch find() {
    case .at(let place): found = place
    case .unknown: break
    case .over:
      isOver = true
      return
    }
    guard found != address || silence > max(Self.reconnectSeconds, 3 * machine.beatSeconds) else { return }
    log.notice(
      "no message from the coordinator: reconnecting", metadata: found == address ? [:] : ["address": "\(found)"])
    connection = try connect(found)
    address = found
    connectedAt = now
  }

  private func receiveAll() throws {
    // So many that a heartbeat is never late for long.
    for _ in 0..<1024 {
      guard !isOver, let frames = try connection?.socket.receive() else { return }
      guard frames.count == 1, let messages = try? Volcsweep_ToWorker.messages(inFrame: frames[0]) else {
        log.warning("malformed message", metadata: ["frames": "\(frames.count)"])
        continue
      }
      for message in messages where !isOver { try handle(.message(message)) }
    }
  }

  private func sendAll() throws {
    for (frame, _) in try Volcsweep_ToCoordinator.frames(of: outgoing) {
      // What is not sent is sent again: a result by its time, everything else by the next beat.
      if case .sent? = try connection?.socket.send(frame) { continue }
      log.warning("the coordinator accepts no messages")
    }
    outgoing.removeAll(keepingCapacity: true)
  }

  private func handle(_ input: WorkerMachine.Input) throws {
    for instruction in machine.handle(input, at: now) {
      switch instruction {
      case .send(let message): outgoing.append(message)
      case .begin(let terms): compute.begin(terms)
      case .prove(let stack): compute.prove(stack)
      case .compute(let assignment): compute.enqueue(assignment)
      case .cancel(let lease): compute.revoke(lease)
      case .drainCompute:
        let atHand = compute.drain()
        // What was finished before is no more at hand and must not be forgotten with what only waits.
        try takeComputeEvents()
        try handle(.draining(atHand: atHand))
      case .warn(let text): log.warning("\(text)")
      case .end(let ending):
        isOver = true
        switch ending {
        case .finished: return
        case .failed(let reason): throw Failure(description: reason)
        case .lost(let reason): throw Lost(description: reason)
        case .hung(let reason): throw Hang(description: reason)
        }
      }
    }
  }
}
