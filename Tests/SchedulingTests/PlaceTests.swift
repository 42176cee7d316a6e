import Testing

@testable import Scheduling

/// Whose fault a death is: the interferogram's or the place's.
@Suite struct PlaceTests {
  private func seat(_ host: Int, _ slot: Int = 1) -> WorkerSeat { WorkerSeat(host: host, slot: slot) }

  /// Plays workers until the sweep ends or `steps` lives are over: each computes what it has in order, and dies over
  /// poison, or over everything in a bad place.
  private func play(
    _ bench: inout SchedulingBench, seats: [WorkerSeat], bad: Set<WorkerSeat> = [], poison: Set<Int> = [],
    lives: Int
  ) -> Int {
    var held: [WorkerID: [(unit: WorkUnit, lease: Lease)]] = [:]
    var places: [WorkerID: WorkerSeat] = [:]
    var next = 0
    var lost = 0
    func note(_ actions: [Action]) {
      for case .refuse(let worker, _) in actions { places[worker] = nil }
      for assigned in actions.assignments {
        held[assigned.worker, default: []].append((assigned.unit, assigned.lease))
      }
      for case .revoke(let worker, let lease) in actions { held[worker]?.removeAll { $0.lease == lease } }
      for case .evict(let worker, _) in actions { (held[worker], places[worker]) = (nil, nil) }
    }
    for _ in 0..<20_000 where !bench.scheduler.isFinished && lost < lives {
      for seat in seats where !places.values.contains(seat) {
        next += 1
        places[next] = seat
        note(bench.step(.workerJoined(next, at: seat)))
      }
      for worker in places.keys.sorted() {
        guard let place = places[worker] else { continue }
        guard let first = held[worker]?.first else {
          note(bench.step(.heartbeat(worker, holding: [], computing: nil, progress: 1)))
          continue
        }
        if bad.contains(place) || first.unit.interferograms.contains(where: poison.contains) {
          lost += 1
          (held[worker], places[worker]) = (nil, nil)
          note(bench.step(.workerLost(worker, Loss(.strong, cause: "signal 11", computing: first.lease))))
        } else {
          held[worker]?.removeFirst()
          note(bench.step(.result(worker, first.lease, interferograms: first.unit.interferograms)))
        }
      }
      note(bench.step(.tick, after: 1))
    }
    return lost
  }

  @Test func aMachineOnWhichEveryWorkerCrashesQuarantinesNothing() {
    var bench = SchedulingBench(units: 60, of: 4)
    let seats = [seat(1), seat(2, 1), seat(2, 2)]
    let lost = play(&bench, seats: seats, bad: [seats[1], seats[2]], lives: 1000)
    #expect(bench.scheduler.isFinished && bench.quarantined.isEmpty)
    #expect(bench.recorded.count == 240 && lost > 1)
  }

  /// Nobody can tell whose fault it is; the machine is rested, then given up, and nothing is held against anything.
  @Test func theOnlyWorkerOfTheOnlyMachineIsGivenUpAndNothingIsQuarantined() {
    var bench = SchedulingBench(units: 30, of: 2)
    let lost = play(&bench, seats: [seat(1)], bad: [seat(1)], lives: 1000)
    #expect(!bench.scheduler.isFinished && bench.quarantined.isEmpty)
    #expect(lost == SchedulingLimits().deathsBeforeGivingUp)
    let actions = bench.step(.workerJoined(5000, at: seat(1)))
    #expect(
      actions == [.refuse(5000, reason: "16 consecutive workers exited there without finishing a unit")])
  }

  @Test(arguments: [1, 2]) func onOneMachinePoisonIsFoundAndNothingElse(workers: Int) {
    var bench = SchedulingBench(units: 6, of: 4)
    let lost = play(&bench, seats: (1...workers).map { seat(1, $0) }, poison: [5, 6, 22], lives: 1000)
    #expect(bench.scheduler.isFinished)
    #expect(bench.quarantined.sorted() == [5, 6, 22])
    #expect(lost < 40)
  }

  /// What is left is poison alone, and a new coordinator has seen nothing computed: it computes what earlier ones scored.
  @Test func aNewCoordinatorWithPoisonAloneFindsIt() {
    let scheduler = Scheduler(
      epoch: 2, units: [PlannedUnit(unit: WorkUnit(id: 9, stack: 0, interferograms: [7]))], nextUnit: 10,
      proven: [WorkUnit(id: 3, stack: 0, interferograms: [2])])
    var bench = SchedulingBench(scheduler)
    let lost = play(&bench, seats: [seat(1)], poison: [7], lives: 100)
    #expect(bench.quarantined == [7] && bench.scheduler.isFinished)
    #expect(lost == 3)
    #expect(bench.transitions.contains { $0.stimulus == .probe })
  }

  @Test func deathsOnDifferentMachinesCountAtOnce() {
    var bench = SchedulingBench(units: 1, of: 1)
    for worker in 1...3 { bench.crash(worker, at: seat(worker)) }
    #expect(bench.quarantined == [0])
  }

  @Test func whatIsHeldAgainstAUnitOutlivesACoordinatorWithItsPlaces() {
    let lost = [
      UnitLoss(seat: seat(1), weight: 5), UnitLoss(seat: seat(1), weight: 5),
    ]
    let unit = PlannedUnit(unit: WorkUnit(id: 1, stack: 0, interferograms: [0]), blame: 10, losses: lost)
    var bench = SchedulingBench(Scheduler(epoch: 2, units: [unit], nextUnit: 2))
    bench.crash(1, at: seat(1))
    #expect(bench.quarantined.isEmpty, "one machine alone says nothing")
    bench.crash(2, at: seat(2))
    #expect(bench.quarantined == [0])
  }

  @Test func aSlotThatLosesWorkersPausesForLongerAndLonger() {
    var bench = SchedulingBench(units: 40, of: 1)
    var pauses: [Int] = []
    for life in 1...8 {
      bench.step(.workerJoined(life, at: seat(1)))
      var waited = 0
      while bench.scheduler.workers.compactMap({ $0 }).allSatisfy({ $0.leases.isEmpty }), waited < 400 {
        bench.step(.heartbeat(life, holding: [], computing: nil, progress: 1), after: 1)
        waited += 1
      }
      pauses.append(waited)
      bench.crash(life, at: seat(1))
    }
    #expect(pauses == [0, 0, 0, 1, 2, 4, 8, 16])
  }
}
