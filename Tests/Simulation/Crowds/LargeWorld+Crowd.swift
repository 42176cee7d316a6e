import Scheduling

/// What the workers of the crowd do.
extension LargeWorld {
  mutating func happen(_ occurrence: Occurrence) {
    switch occurrence {
    case .start(let worker): start(worker)
    case .beat(let worker, let process):
      guard workers[Int(worker)].process == process, workers[Int(worker)].isRunning else { return }
      queue.add(occurrence, afterSeconds: settings.heartbeatSeconds)
      if !workers[Int(worker)].isMute { beat(worker) }
    case .computed(let worker, let computation):
      if workers[Int(worker)].computation == computation { computed(worker) }
    case .heardAgain(let worker, let process):
      if workers[Int(worker)].process == process { workers[Int(worker)].isMute = false }
    case .fault: inject()
    case .exodus: leaveTogether()
    case .tick:
      tell(.tick)
      queue.add(.tick, afterSeconds: 1)
    }
  }

  private mutating func start(_ worker: Int32) {
    let index = Int(worker)
    guard !workers[index].isRunning else { return }
    workers[index].isRunning = true
    let kind = random.fraction()
    workers[index].slowness = kind < 0.005 ? 20 : kind < 0.05 ? 4 : random.number(from: 0.8, to: 1.25)
    if workers[index].slowness >= 4 { report.count("slow worker") }
    join(worker)
    queue.add(
      .beat(worker, process: workers[index].process),
      afterSeconds: random.number(from: 0, to: settings.heartbeatSeconds))
  }

  private mutating func join(_ worker: Int32) {
    workers[Int(worker)].id = owners.count
    owners.append(worker)
    tell(.workerJoined(workers[Int(worker)].id, at: WorkerSeat(host: Int(worker) / 16, slot: Int(worker) % 16 + 1)))
  }

  /// A heartbeat; results without acknowledgement go before it, and a worker that was given up introduces itself anew.
  private mutating func beat(_ worker: Int32) {
    let index = Int(worker)
    if workers[index].id == 0 { join(worker) }
    for held in workers[index].unacknowledged where workers[index].id > 0 { bring(held, worker) }
    let state = workers[index]
    guard state.isRunning, state.id > 0 else { return }
    if state.isComputing && !state.isHung { workers[index].progress += 1 }
    tell(
      .heartbeat(
        state.id, holding: state.holding, computing: state.isComputing ? state.queue.first?.lease : nil,
        progress: workers[index].progress))
  }

  mutating func bring(_ held: CrowdWorker.Held, _ worker: Int32, isDraining: Bool = false) {
    if random.isTrue(probability: settings.lossProbability) { return report.count("result lost") }
    let id = workers[Int(worker)].id
    if workers[Int(worker)].isLiar {
      report.count("foreign result")
      return tell(.result(id, Lease(epoch: 1, unit: held.lease.unit + 1, attempt: 1), interferograms: held.numbers))
    }
    tell(.result(id, held.lease, interferograms: held.numbers, isDraining: isDraining))
  }

  mutating func assign(_ worker: Int32, _ lease: Lease, _ numbers: [InterferogramNumber]) {
    guard workers[Int(worker)].isRunning, !workers[Int(worker)].isMute else { return }
    if random.isTrue(probability: settings.lossProbability) { return report.count("assignment lost") }
    workers[Int(worker)].queue.append((lease, numbers))
    compute(worker)
  }

  mutating func acknowledge(_ worker: Int32, _ lease: Lease) {
    guard !workers[Int(worker)].isMute else { return }
    if random.isTrue(probability: settings.lossProbability) { return report.count("acknowledgement lost") }
    let isLiar = workers[Int(worker)].isLiar
    workers[Int(worker)].unacknowledged.removeAll { $0.lease == lease || isLiar }
  }

  mutating func revoke(_ worker: Int32, _ lease: Lease) {
    let index = Int(worker)
    guard !workers[index].isMute, !workers[index].isHung else { return }
    if workers[index].isComputing, workers[index].queue.first?.lease == lease {
      workers[index].isComputing = false
      workers[index].computation += 1
    }
    workers[index].queue.removeAll { $0.lease == lease }
    compute(worker)
  }

  private mutating func compute(_ worker: Int32) {
    let state = workers[Int(worker)]
    guard state.isRunning, !state.isComputing, !state.isHung, !state.queue.isEmpty else { return }
    workers[Int(worker)].isComputing = true
    workers[Int(worker)].computation += 1
    queue.add(
      .computed(worker, computation: workers[Int(worker)].computation),
      afterSeconds: settings.secondsPerUnit * state.slowness * random.number(from: 0.7, to: 1.3))
  }

  private mutating func computed(_ worker: Int32) {
    let index = Int(worker)
    guard workers[index].isRunning, workers[index].isComputing else { return }
    let held = workers[index].queue[0]
    if held.numbers.contains(where: { isPoison[$0] }) { return poison(worker) }
    workers[index].queue.removeFirst()
    workers[index].isComputing = false
    workers[index].unacknowledged.append(held)
    if !workers[index].isMute && workers[index].id > 0 { bring(held, worker) }
    compute(worker)
  }
}
