/// Finds the interferograms that kill or hang their workers.
extension Scheduler {
  /// Blames a lease's unit for the loss of its worker: the unit is split, quarantined or reassigned.
  mutating func blame(
    _ index: Int32, _ loss: Loss, _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    let (record, named) = (pool[index], lease(index))
    guard errands[index] == nil, let state = workers[Int(record.worker)] else {
      if let seat = workers[Int(record.worker)]?.seat, loss.evidence == .strong { noteLossOfKnownGood(at: seat) }
      return putBack(index, stimulus, &actions)
    }
    let slot = record.unit
    noteLoss(of: slot, loss.evidence == .strong ? limits.faintLossesPerLoss : 1, at: state.seat, &actions)
    trails[slot]?.worker = state.id
    trails[slot]?.lease = named
    trails[slot]?.cause = loss.cause
    guard isCondemned(slot) else {
      actions.append(.blame(units[Int(slot)].id, blame: units[Int(slot)].blame))
      return putBack(index, stimulus, &actions)
    }
    release(index)
    condemn(slot, attempt: record.attempt, from: .leased, stimulus, &actions)
  }

  /// The part of a unit's blame that counts. A split costs little, so a unit of several interferograms is
  /// blamed for each death that was not the slot's fault; a single interferogram only for deaths known to be
  /// its own.
  func countedBlame(of slot: Int32) -> Int {
    let unit = units[Int(slot)]
    guard let trail = trails[slot] else { return unit.blame }
    let doubtful = unit.interferograms.count > 1 ? 0 : trail.weight(of: .unproven)
    return unit.blame - trail.weight(of: .forgiven) - doubtful
  }

  func isCondemned(_ slot: Int32) -> Bool {
    let isAlone = units[Int(slot)].interferograms.count == 1
    let losses = isAlone ? limits.lossesBeforeQuarantine : limits.lossesBeforeSplit
    return countedBlame(of: slot) >= losses * limits.faintLossesPerLoss
  }

  /// Splits or quarantines a waiting unit whose earlier losses have come to count.
  mutating func condemnIfDue(_ slot: Int32, _ stimulus: Transition.Stimulus, _ actions: inout [Action]) {
    guard units[Int(slot)].isWaiting, trails[slot] != nil, isCondemned(slot) else { return }
    condemn(slot, attempt: 0, from: .waiting, stimulus, &actions)
  }

  private mutating func condemn(
    _ slot: Int32, attempt: Int32, from: Transition.State, _ stimulus: Transition.Stimulus,
    _ actions: inout [Action]
  ) {
    let (numbers, trail) = (units[Int(slot)].interferograms, trails[slot] ?? Trail())
    let ending: Transition.State = numbers.count > 1 ? .split : .quarantined
    log(slot, attempt, trail.worker, from: from, to: ending, stimulus, &actions)
    end(slot, as: ending, stimulus, &actions)
    if numbers.count > 1 {
      split(slot, numbers, &actions)
    } else {
      plan[numbers[0]] = .decided(slot)
      remainingInterferograms -= 1
      actions.append(.quarantine(numbers[0], trail.worker, trail.lease, cause: trail.cause))
    }
  }

  private mutating func split(_ slot: Int32, _ numbers: [InterferogramNumber], _ actions: inout [Action]) {
    let parent = units[Int(slot)]
    let middle = numbers.count / 2
    let halves = [numbers[..<middle], numbers[middle...]].map { half in
      defer { nextUnit += 1 }
      return WorkUnit(id: nextUnit, stack: parent.stack, interferograms: Array(half))
    }
    // A half stays under suspicion: its next loss splits it again. A single interferogram starts at zero.
    let suspicion = (limits.lossesBeforeSplit - 1) * limits.faintLossesPerLoss
    actions.append(.split(parent.id, into: halves, blame: suspicion))
    for half in halves.reversed() {
      let isAlone = half.interferograms.count == 1
      parents[half.id] = parent.id
      enqueue(add(half, blame: isAlone ? 0 : suspicion), isReturned: true)
      if isAlone && suspicion > 0 { actions.append(.blame(half.id, blame: 0)) }
    }
  }
}
