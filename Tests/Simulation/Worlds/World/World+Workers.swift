import Foundation
import Messaging
import Scheduling
import Work

/// How workers start, compute and end.
extension World {
  func startWorker(_ place: SimulatedWorker.Place) {
    guard !isDone else { return }
    if case .local(_, let parent) = place, coordinators[parent]?.isDraining != false { return }
    let isLocal = if case .local = place { true } else { false }
    let isLiar = !isLocal && liarsStarted < weather.liars
    let isSlow = !isLiar && slowStarted < weather.slowWorkers
    if isLiar { liarsStarted += 1 }
    if isSlow { slowStarted += 1 }
    let isOfOtherKind = !isLocal && weather.hasOtherKind && random.isTrue(probability: 0.5)
    let worker = SimulatedWorker(
      number: nextWorker, place: place, slowness: isSlow ? 4 : random.number(from: 0.8, to: 1.3), isLiar: isLiar,
      isOfOtherKind: isOfOtherKind, at: seconds)
    worker.isHoarder = isLiar && !weather.forges && random.isTrue(probability: 0.5)
    worker.favouriteLie =
      !isLiar
      ? nil : weather.forges ? Self.forgedScore : random.isTrue(probability: 0.5) ? random.index(below: 12) : nil
    nextWorker += 1
    workers[worker.number] = worker
    worker.coordinator = newestCoordinator?.number
    say(
      "worker \(worker.number) starts, \(place)\(isOfOtherKind ? ", of another kind" : "")\(worker.isHoarder ? ", a hoarder" : isLiar ? ", a liar" : "")\(isSlow ? ", slow" : "")"
    )
    if let parent = worker.parent, let coordinator = coordinators[parent] {
      worker.coordinator = parent
      handle(.processStarted(pid: Int32(worker.number), slot: worker.localSlot ?? 0), coordinator)
    }
    queue.add(.workerTick(worker.number), afterSeconds: random.number(from: 0, to: 0.2))
  }

  func happen(_ occurrence: Occurrence, to worker: SimulatedWorker) {
    switch occurrence {
    case .workerTick(let number):
      queue.add(.workerTick(number), afterSeconds: weather.heartbeatSeconds / 2)
      if worker.isLiar && !worker.isHoarder && random.isTrue(probability: 0.1) { lie(inHeartbeatOf: worker) }
      checkHang(worker)
      handle(.tick(worker.status), worker)
    case .workerLoaded: handle(.loaded(planHash: worker.plan, plan: worker.plan), worker)
    case .workerProves(_, let stack):
      let isSeen = sees(stack, worker)
      handle(
        .proved(
          stack: stack,
          ArchiveProof(identity: isSeen ? Data(stack.utf8) : Data(), trouble: isSeen ? "" : "is not there")), worker
      )
    case .workerHears(_, let message): handle(.message(message), worker)
    case .workerOrphaned: handle(.orphaned, worker)
    case .workerConnects: worker.coordinator = newestCoordinator?.number
    case .interferogramEnds(_, let computation):
      if worker.computation == computation { endInterferogram(worker) }
    default: break
    }
  }

  func handle(_ input: WorkerMachine.Input, _ worker: SimulatedWorker) {
    guard worker.isAlive else { return }
    for instruction in worker.machine.handle(input, at: seconds) where worker.isAlive {
      switch instruction {
      case .send(let message): send(message, from: worker)
      case .begin(let terms):
        worker.plan = terms.makesPlan ? "plan of worker \(worker.number)" : terms.plan
        queue.add(.workerLoaded(worker.number), afterSeconds: random.number(from: 0.1, to: 1))
      case .prove(let stack):
        queue.add(.workerProves(worker.number, stack: stack), afterSeconds: random.number(from: 0.01, to: 0.2))
      case .compute(let assignment):
        worker.compute.add(assignment)
        compute(worker)
      case .cancel(let lease): worker.compute.cancel(lease)
      case .drainCompute: handle(.draining(atHand: worker.compute.drain()), worker)
      case .warn(let text): say("worker \(worker.number): \(text)")
      case .end(let ending):
        say("worker \(worker.number) ends: \(ending)")
        endProcess(worker, loss(of: worker, ending))
      }
    }
  }

  private func loss(of worker: SimulatedWorker, _ ending: WorkerEnding) -> Loss {
    guard case .hung = ending else { return Loss(.faint, cause: "exit status") }
    report.count("worker that hangs ends itself")
    oracle.expect(worker.compute.isHung, "worker \(worker.number) is well and ends itself: \(ending)")
    return Loss(.strong, cause: "exit status 4", computing: worker.compute.atHand.map(\.lease))
  }

  /// A worker that hangs does not stay: it ends in time, if nobody ends it before.
  private func checkHang(_ worker: SimulatedWorker) {
    guard worker.compute.isHung else { return }
    worker.hungTicks += 1
    let seconds = Double(worker.hungTicks) * weather.heartbeatSeconds / 2
    let longest =
      weather.limits.stallSeconds + worker.machine.limits.hangMarginSeconds + 4 * weather.heartbeatSeconds
    oracle.expect(seconds <= longest, "worker \(worker.number) hangs for \(seconds) s and is still there")
  }

  private func compute(_ worker: SimulatedWorker) {
    guard worker.compute.begin() else { return }
    computeInterferogram(worker)
  }

  private func computeInterferogram(_ worker: SimulatedWorker) {
    worker.computation += 1
    queue.add(
      .interferogramEnds(worker.number, computation: worker.computation),
      afterSeconds: weather.secondsPerInterferogram * worker.slowness * random.number(from: 0.5, to: 1.5))
  }

  private func endInterferogram(_ worker: SimulatedWorker) {
    guard !worker.compute.isHung, let planned = worker.compute.interferogram else { return }
    if case .remote(let place) = worker.place, place == weather.badSlot {
      report.count("crash of a bad machine")
      let lease = random.isTrue(probability: 0.5) ? worker.compute.atHand.map(\.lease) : nil
      return endProcess(worker, Loss(.strong, cause: "signal 4", computing: lease))
    }
    if worker.isHoarder {
      worker.compute.stepOnTheSpot()
      return computeInterferogram(worker)
    }
    if let poison = weather.poison[Int(planned.number)] { return poisoned(worker, poison, planned.number) }
    guard let result = worker.compute.finishInterferogram(trouble(worker, planned.number)) else {
      return computeInterferogram(worker)
    }
    if !worker.isLiar { oracle.note(brought: result) }
    handle(.computed(result), worker)
    compute(worker)
  }

  private func poisoned(_ worker: SimulatedWorker, _ poison: Poison, _ number: UInt32) {
    say("worker \(worker.number) computes poison \(number): it \(poison)")
    report.count("poison \(poison)")
    let lease = random.isTrue(probability: 0.5) ? worker.compute.atHand.map(\.lease) : nil
    switch poison {
    case .hangs: worker.compute.isHung = true
    case .crashes: endProcess(worker, Loss(.strong, cause: "signal 11", computing: lease))
    case .exceedsMemory:
      endProcess(worker, Loss(.strong, cause: "signal 9, above its memory limit", computing: lease))
    }
  }

  /// The process is gone. Its parent learns how, and starts another in its place; a remote one is started again by
  /// whoever started it, unless it was sent away.
  func endProcess(_ worker: SimulatedWorker, _ loss: Loss) {
    guard worker.isAlive else { return }
    worker.isAlive = false
    workers[worker.number] = nil
    endTimes.append(seconds)
    mutedWorkers.remove(worker.number)
    deafWorkers.remove(worker.number)
    if let parent = worker.parent {
      guard coordinators[parent] != nil else { return }
      queue.add(
        .coordinatorSeesEnd(parent, pid: Int32(worker.number), loss),
        afterSeconds: random.number(from: 0.01, to: 0.2))
      queue.add(.workerStarts(worker.place), afterSeconds: random.number(from: 0.3, to: 1))
    } else if !worker.isLiar {
      if random.isTrue(probability: 0.5) { tell(worker, loss) }
      queue.add(.workerStarts(worker.place), afterSeconds: random.number(from: 1, to: 10))
    }
  }

  /// Whoever keeps a remote worker tells the coordinator of its end, over the same network.
  private func tell(_ worker: SimulatedWorker, _ loss: Loss) {
    var exit = Volcsweep_ExitReport()
    exit.host = worker.machine.introduction.host
    exit.pid = Int32(worker.number)
    exit.signal = loss.evidence == .strong ? SIGSEGV : SIGKILL
    if let lease = loss.computing {
      exit.hasReading_p = true
      exit.computing = Volcsweep_Lease(lease)
    }
    report.count("exit report")
    transmit(Volcsweep_ToCoordinator(.exitReport(exit)), from: worker)
  }

  func goOn(worker number: Int) {
    guard let worker = workers[number], worker.isStopped else { return }
    worker.isStopped = false
    let waiting = worker.waiting
    worker.waiting = []
    for occurrence in waiting where worker.isAlive { happen(occurrence, to: worker) }
  }
}
