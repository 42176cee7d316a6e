import Scheduling

/// What goes wrong.
extension LargeWorld {
  /// One fault of one worker, and the next in due time.
  mutating func inject() {
    queue.add(
      .fault, afterSeconds: random.waitingTime(mean: settings.secondsBetweenFaults / Double(settings.workers)))
    let worker = Int32(random.index(below: workers.count))
    guard workers[Int(worker)].isRunning, workers[Int(worker)].id > 0 else { return }
    switch random.fraction() {
    case ..<0.35: silence(worker)
    case ..<0.55: leave(worker)
    case ..<0.57: hang(worker)
    case ..<0.65: crash(worker, Loss(.strong, cause: "signal 11", computing: knownLease(worker)), "crash")
    default: crash(worker, Loss(.faint, cause: "signal 9", computing: knownLease(worker)), "kill")
    }
  }

  /// What its worker computed is known for certain of half of the losses.
  private mutating func knownLease(_ worker: Int32) -> Lease? {
    let state = workers[Int(worker)]
    return random.isTrue(probability: 0.5) && state.isComputing ? state.queue.first?.lease : nil
  }

  private mutating func silence(_ worker: Int32) {
    guard !workers[Int(worker)].isMute else { return }
    report.count("silence")
    workers[Int(worker)].isMute = true
    queue.add(
      .heardAgain(worker, process: workers[Int(worker)].process), afterSeconds: random.number(from: 5, to: 120))
  }

  /// A departure with what was finished of the unit at hand.
  private mutating func leave(_ worker: Int32) {
    guard !workers[Int(worker)].isMute, !workers[Int(worker)].isHung else { return }
    report.count("departure")
    let state = workers[Int(worker)]
    if state.id > 0, state.isComputing, let held = state.queue.first,
      !held.numbers.contains(where: { isPoison[$0] })
    {
      bring((held.lease, Array(held.numbers.prefix(held.numbers.count / 2))), worker, isDraining: true)
    }
    if workers[Int(worker)].id > 0 { tell(.workerLeft(workers[Int(worker)].id)) }
    end(worker)
  }

  mutating func leaveTogether() {
    for worker in workers.indices where workers[worker].isRunning && worker % 5 == 0 { leave(Int32(worker)) }
  }

  private mutating func hang(_ worker: Int32) {
    guard workers[Int(worker)].isComputing else { return }
    report.count("hang")
    workers[Int(worker)].isHung = true
    workers[Int(worker)].computation += 1
  }

  mutating func poison(_ worker: Int32) {
    if random.isTrue(probability: 0.1) { return hang(worker) }
    crash(worker, Loss(.strong, cause: "signal 11", computing: knownLease(worker)), "death by poison")
  }

  private mutating func crash(_ worker: Int32, _ loss: Loss, _ kind: String) {
    report.count(kind)
    let id = workers[Int(worker)].id
    end(worker)
    if id > 0 { tell(.workerLost(id, loss)) }
  }

  /// The scheduler gave it up: a hung one is killed, a refused one ends, others find out when they beat again.
  mutating func giveUp(_ worker: Int32, _ action: Action) {
    workers[Int(worker)].id = 0
    if case .refuse = action {
      report.count("refusal")
      workers[Int(worker)].isLiar = false
      end(worker)
    } else if workers[Int(worker)].isHung {
      end(worker)
    }
  }

  /// Its process is gone with all that it held; another starts in its place after a while.
  private mutating func end(_ worker: Int32) {
    let index = Int(worker)
    guard workers[index].isRunning else { return }
    let (process, computation) = (workers[index].process + 1, workers[index].computation + 1)
    let isLiar = workers[index].isLiar
    workers[index] = CrowdWorker()
    workers[index].process = process
    workers[index].computation = computation
    workers[index].isLiar = isLiar
    queue.add(.start(worker), afterSeconds: random.number(from: 5, to: 60))
  }
}
