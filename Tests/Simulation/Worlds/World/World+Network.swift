import Messaging

/// How messages get lost, late, doubled and out of order.
extension World {
  func send(_ message: Volcsweep_ToWorker, toWorker number: Int) {
    guard workers[number] != nil, !deafWorkers.contains(number) else { return }
    deliver(.workerHears(number, message))
  }

  func send(_ message: Volcsweep_ToCoordinator, from worker: SimulatedWorker) {
    if worker.isLiar, case .result(let result)? = message.body {
      for lie in lies(about: result, by: worker) {
        transmit(Volcsweep_ToCoordinator(.result(lie)), from: worker)
      }
      return
    }
    transmit(message, from: worker)
  }

  func transmit(_ message: Volcsweep_ToCoordinator, from worker: SimulatedWorker) {
    guard !mutedWorkers.contains(worker.number) else { return }
    deliver(.coordinatorHears(message, from: worker.number))
  }

  private func deliver(_ occurrence: Occurrence) {
    let network = weather.network
    guard !isCalm else { return queue.add(occurrence, afterSeconds: 0.001) }
    if random.isTrue(probability: network.lossProbability) { return report.count("message lost") }
    queue.add(occurrence, afterSeconds: delay())
    guard random.isTrue(probability: network.doublingProbability) else { return }
    report.count("message doubled")
    queue.add(occurrence, afterSeconds: delay())
  }

  private func delay() -> Double {
    let network = weather.network
    // Nothing overtakes anything on a good network.
    guard !network.isGood else { return network.meanDelaySeconds }
    guard random.isTrue(probability: network.detourProbability) else {
      return random.number(from: 0.0005, to: 2 * network.meanDelaySeconds)
    }
    report.count("message held up")
    return random.number(from: 0, to: network.longestDetourSeconds)
  }
}
