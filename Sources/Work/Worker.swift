import Foundation
import Logging
import Messaging
import NeuralNetwork
import Transport

/// A worker process: gets units from its coordinator, computes them on a separate thread, and keeps each result
/// until the coordinator has it on disk. The loop around ``WorkerMachine``; owned by one thread.
public final class Worker {
  /// The worker cannot work, or was rejected.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String
  }

  /// The worker timed out waiting for a coordinator.
  public struct Lost: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  /// The compute thread hangs: only the end of the process frees it.
  public struct Hang: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String
  }

  private let process: WorkerProcess
  private let log: Logger
  private let context: MessageContext
  /// `nil` once it has disconnected.
  private var connection: Connection?
  private let connect: (String) throws -> Connection
  /// Last known address of the coordinator.
  private var address: String
  private let find: () -> CoordinatorLocation
  private var connectedAt = 0.0
  private var lookedAt = 0.0
  private let events: Mailbox<ComputeEvent>
  private let compute: ComputeThread
  private var machine: WorkerMachine
  private let begun = ContinuousClock.now
  private var isOver = false
  /// Messages to send before the next wait.
  private var outgoing: [Volcsweep_ToCoordinator] = []

  /// A socket with the events of its connection.
  private struct Connection {
    let socket: MessageSocket
    let watch: ConnectionWatch
  }

  /// A coordinator answers each heartbeat; after this silence the worker reconnects, because libzmq never
  /// retries a connection that failed with a protocol error.
  private static let reconnectSeconds = 15.0
  /// After such a silence, interval at which the worker looks up the coordinator's address.
  private static let lookSeconds = 2.0

  /// - Parameters:
  ///   - address: the coordinator's address.
  ///   - process: this worker's process.
  ///   - limits: timeouts and limits.
  ///   - security: the worker's keys, for a TCP address.
  ///   - log: receives warnings.
  ///   - find: looks up the coordinator's address, called repeatedly while it is silent.
  /// - Throws: `EndpointError` or `ZeroMQError` if the address is invalid, or needs keys.
  public convenience init(
    address: String, process: WorkerProcess, limits: WorkerLimits = WorkerLimits(),
    security: SocketSecurity = .filePermissions, log: Logger,
    find: @escaping () -> CoordinatorLocation = { .unknown }
  ) throws {
    try self.init(
      address: address, process: process, limits: limits, security: security, log: log, find: find,
      planMachine: Plan.machine(library: .oneDNN, precision: .bfloat16)
    ) {
      try UnitComputer($0, after: $1 as? UnitComputer)
    }
  }

  /// A worker that computes units with something other than the detector.
  package init(
    address: String, process: WorkerProcess, limits: WorkerLimits = WorkerLimits(),
    security: SocketSecurity = .filePermissions, log: Logger,
    find: @escaping () -> CoordinatorLocation = { .unknown },
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

  /// Works until the coordinator or a signal ends it and its last messages are sent. Call once.
  ///
  /// - Throws: ``Failure`` if it cannot work or was rejected; ``Lost`` if it timed out waiting for a
  ///   coordinator; ``Hang`` if its compute thread hangs.
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
      // SIGINT and SIGHUP from the terminal also reach the coordinator, which decides what to do.
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

  /// The process may exit next, and its goodbye must be sent before: otherwise the coordinator waits for a
  /// silent worker.
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
    // A bounded number, so that heartbeats stay on time.
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
      // A message that is not sent is repeated: a result after its timeout, everything else with the next
      // heartbeat.
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
        // Results completed before the drain must not be dropped along with waiting units.
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
