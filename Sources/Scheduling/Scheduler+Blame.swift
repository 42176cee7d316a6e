/// How what costs its worker is found.
extension Scheduler {
  /// Blames a lease's unit for the loss of its worker: it is split, quarantined, or handed on.
  mutating func blame(
    _ index: Int32, _ loss: Loss, _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    let (record, named) = (pool[index], lease(index))
    let slot = Int(record.unit)
    let worker = workers[Int(record.worker)]?.id ?? 0
    units[slot].blame += loss.evidence == .strong ? limits.faintLossesPerLoss : 1
    let numbers = units[slot].interferograms
    var losses = numbers.count > 1 ? limits.lossesBeforeSplit : limits.lossesBeforeQuarantine
    if isBroken(.quarantinesEarly) && numbers.count == 1 { losses = 0 }
    guard units[slot].blame >= losses * limits.faintLossesPerLoss else {
      actions.append(.blame(units[slot].id, blame: units[slot].blame))
      return putBack(index, stimulus, &actions)
    }
    release(index)
    let ending: Transition.State = numbers.count > 1 ? .split : .quarantined
    log(record.unit, record.attempt, worker, from: .leased, to: ending, stimulus, &actions)
    end(record.unit, as: ending, stimulus, &actions)
    if numbers.count > 1 {
      split(record.unit, numbers, &actions)
    } else {
      plan[numbers[0]] = .decided(record.unit)
      remainingInterferograms -= 1
      actions.append(.quarantine(numbers[0], worker, named, cause: loss.cause))
    }
  }

  private mutating func split(_ slot: Int32, _ numbers: [InterferogramNumber], _ actions: inout [Action]) {
    let parent = units[Int(slot)]
    let middle = numbers.count / 2
    let halves = [numbers[..<middle], numbers[middle...]].map { half in
      defer { nextUnit += 1 }
      return WorkUnit(id: nextUnit, stack: parent.stack, interferograms: Array(half))
    }
    // A half is under suspicion: its next loss splits it again. What stands alone starts afresh.
    let suspicion = (limits.lossesBeforeSplit - 1) * limits.faintLossesPerLoss
    actions.append(.split(parent.id, into: halves, blame: suspicion))
    for half in halves.reversed() where !isBroken(.losesSecondHalf) || half.id == halves[0].id {
      let isAlone = half.interferograms.count == 1
      parents[half.id] = parent.id
      enqueue(add(half, blame: isAlone ? 0 : suspicion), isReturned: true)
      if isAlone && suspicion > 0 { actions.append(.blame(half.id, blame: 0)) }
    }
  }
}
