#if DEBUG
  import Coordination
  @testable import Scheduling

  /// The real scheduler behind a wrapper that plants one fault: it changes the events on their way in, the actions on
  /// their way out, or what the scheduler knows in between.
  struct BrokenScheduler: SchedulerWrapper {
    let mutation: Mutation

    func handle(_ event: Event, at now: Instant, by scheduler: inout Scheduler) -> [Action] {
      var actions: [Action] = []
      spoil(&scheduler, before: event, &actions)
      actions += scheduler.handle(spoiled(event, for: scheduler), at: now)
      return spoiled(actions, of: event, &scheduler)
    }

    /// The event that the scheduler handles in place of this one.
    private func spoiled(_ event: Event, for scheduler: Scheduler) -> Event {
      switch (mutation, event) {
      case (.blamesHealthyOnes, .workerJoined(let worker, let seat)):
        // On a machine that no worker was ever on.
        return .workerJoined(worker, at: WorkerSeat(host: -worker, slot: seat.slot, key: seat.key))
      case (.believesLiars, .verdict(let lease, agrees: false)): return .verdict(lease, agrees: nil)
      case (.ignoresEpoch, .result(let worker, let lease, _, _, _, _)) where lease.epoch < scheduler.epoch:
        let attempts = scheduler.slots[lease.unit].map { Int(scheduler.units[Int($0)].attempts) } ?? 0
        return lease.attempt <= attempts ? event : .invalidResult(worker, lease, reason: "never given out")
      default: return event
      }
    }

    /// Changes what the scheduler knows when the event arrives.
    private func spoil(_ scheduler: inout Scheduler, before event: Event, _ actions: inout [Action]) {
      switch (mutation, event) {
      case (.forgetsParents, _): scheduler.parents.removeAll()
      case (.acceptsForeign, .result(let worker, _, _, _, _, _)):
        // What is accepted is not held against the worker.
        if let slot = scheduler.workerSlots[worker] { scheduler.workers[Int(slot)]?.invalidResults = 0 }
      case (.neverEvicts, .tick):
        for worker in scheduler.workers.indices { scheduler.workers[worker]?.heardAt = scheduler.clock }
      case (.forgetsWindow, .workerLost(let worker, let loss)):
        for index in window(of: worker, loss, scheduler) { scheduler.release(index) }
      case (.blamesWindow, .workerLost(let worker, var loss)):
        let (window, slot) = (window(of: worker, loss, scheduler), scheduler.workerSlots[worker])
        guard let slot else { return }
        if loss.computing == nil && scheduler.workers[Int(slot)]?.computing == nil { loss.evidence = .faint }
        // Blaming one may end another.
        for index in window where scheduler.workers[Int(slot)]?.leases.contains(index) == true {
          scheduler.blame(index, loss, .lost, &actions)
        }
      default: break
      }
    }

    /// Leases of a lost worker, without the one that it computed.
    private func window(of worker: WorkerID, _ loss: Loss, _ scheduler: Scheduler) -> [Int32] {
      guard let state = scheduler.workerSlots[worker].flatMap({ scheduler.workers[Int($0)] }) else { return [] }
      let named = loss.computing ?? state.computing
      let computed = named == nil ? state.leases.first : named.flatMap { scheduler.held($0) }
      return state.leases.filter { $0 != computed }
    }

    /// The actions that the machine carries out in place of these; also changes what the scheduler knows afterwards.
    private func spoiled(_ actions: [Action], of event: Event, _ scheduler: inout Scheduler) -> [Action] {
      switch mutation {
      case .copiesWithoutLimit:
        offerEveryHeldUnit(&scheduler)
        return actions
      case .recordsTwice:
        return actions.map { action in
          guard case .record(let worker, let lease, let new, let decided) = action else { return action }
          scheduler.remainingInterferograms -= decided.count
          return .record(worker, lease, new: new + decided, decided: decided)
        }
      case .acceptsForeign:
        guard case .result(_, _, let numbers, _, _, _) = event else { return actions }
        return actions.map { action in
          guard case .disown(let worker, let lease, _) = action else { return action }
          return .record(worker, lease, new: numbers, decided: [])
        }
      case .losesSecondHalf:
        let halves = actions.compactMap { if case .split(_, let halves, _) = $0 { halves.last?.id } else { nil } }
        return lose(halves, actions, &scheduler)
      case .forgetsReturnedUnits:
        let returned: [UnitID] = actions.compactMap { action in
          guard case .log(let transition) = action, transition.to == .waiting,
            [.part, .unreadable].contains(transition.stimulus)
          else { return nil }
          return transition.unit
        }
        return lose(returned, actions, &scheduler)
      default: return actions
      }
    }

    /// Lists every held unit among those to be copied, whoever holds it.
    private func offerEveryHeldUnit(_ scheduler: inout Scheduler) {
      for (slot, unit) in zip(Int32(0)..., scheduler.units)
      where unit.isOpen && unit.holderCount > 0 && scheduler.copyable.list(of: slot) == nil {
        scheduler.copyable.append(slot, to: 0)
      }
    }

    /// Takes units from those that hold them, without letting anybody else have them.
    ///
    /// - Returns: the actions without the assignments of these units.
    private func lose(_ lost: [UnitID], _ actions: [Action], _ scheduler: inout Scheduler) -> [Action] {
      for slot in lost.compactMap({ scheduler.slots[$0] }) where scheduler.units[Int(slot)].isOpen {
        while scheduler.units[Int(slot)].holderCount > 0 {
          scheduler.release(scheduler.units[Int(slot)].firstLease)
        }
        scheduler.stopWaiting(slot)
      }
      return actions.filter { if case .assign(_, let unit, _) = $0 { !lost.contains(unit.id) } else { true } }
    }
  }
#endif
