import Foundation
import Messaging
import Testing

import struct Scheduling.Lease

@testable import Work

@Suite struct WorkerMachineTests {
  @Test func itIntroducesItselfUntilItIsWelcomed() {
    var talk = Talk()
    #expect(talk.step(.tick(ComputeStatus())).hellos.count == 1)
    #expect(talk.step(.tick(ComputeStatus()), after: 0.5).sent.isEmpty)
    #expect(talk.step(.tick(ComputeStatus()), after: 0.5).hellos.count == 1)
    _ = talk.hear(.welcome(Talk.welcome(epoch: 1)))
    #expect(talk.step(.tick(ComputeStatus()), after: 10).sent.isEmpty, "it loads the model")
    #expect(talk.step(.loaded(planHash: "plan", plan: "a plan")).isReadySaid)
  }

  @Test func itProvesThatItSeesTheArchiveBeforeItIsReady() {
    var talk = Talk()
    var welcome = Talk.welcome(epoch: 1)
    welcome.proofStack = "a.h5"
    talk.step(.tick(ComputeStatus()))
    _ = talk.hear(.welcome(welcome))
    let loaded = talk.step(.loaded(planHash: "plan", plan: ""))
    #expect(loaded.proofs == ["a.h5"] && !loaded.isReadySaid)
    #expect(!talk.step(.proved(stack: "b.h5", ArchiveProof(identity: Data([1])))).isReadySaid)
    let proved = talk.step(.proved(stack: "a.h5", ArchiveProof(identity: Data([7]))))
    #expect(proved.identities == [Data([7])])
    // Each time it is welcomed anew it looks again.
    _ = talk.hear(.reintroduction(Volcsweep_Reintroduction()))
    #expect(talk.hear(.welcome(Talk.welcome(epoch: 1, proof: "a.h5"))).proofs == ["a.h5"])
    let failed = talk.step(.proved(stack: "a.h5", ArchiveProof(identity: Data(), trouble: "is not there")))
    #expect(failed.identities == [Data()], "the coordinator judges")
  }

  @Test func aWorkerThatIsSentAwayForAWhileGivesBackItsUnitsAndKeepsItsResults() {
    var talk = Talk()
    talk.begin()
    let (done, waiting) = (Talk.lease(1), Talk.lease(2))
    for lease in [done, waiting] { _ = talk.hear(.assignment(Talk.assignment(lease))) }
    _ = talk.step(.computed(Talk.result(done)))
    var refusal = Volcsweep_Refusal()
    (refusal.reason, refusal.retrySeconds) = ("it does not see the archive", 5)
    let sent = talk.hear(.refusal(refusal))
    #expect(sent.ending == nil && sent.cancelled == [waiting])
    #expect(talk.hear(.reintroduction(Volcsweep_Reintroduction())).hellos.isEmpty, "not before its time")
    for _ in 0..<4 { #expect(talk.step(.tick(ComputeStatus()), after: 1).sent.isEmpty) }
    #expect(talk.step(.tick(ComputeStatus()), after: 1).hellos.count == 1)
    #expect(talk.hear(.welcome(Talk.welcome(epoch: 1))).results == [done])
  }

  @Test func itMakesThePlanOnlyWhenItIsAskedTo() {
    var talk = Talk()
    var welcome = Talk.welcome(epoch: 1)
    welcome.makesPlan = true
    #expect(talk.hear(.welcome(welcome)).begins.map(\.makesPlan) == [true])
    #expect(talk.step(.loaded(planHash: "hash", plan: "its plan")).plansSaid == ["its plan"])
    welcome.makesPlan = false
    welcome.plan = "its plan"
    let confirmed = talk.hear(.welcome(welcome))
    #expect(confirmed.begins.isEmpty && confirmed.plansSaid == [""], "it computes by that already")
    welcome.plan = "another's plan"
    #expect(talk.hear(.welcome(welcome)).begins.map(\.plan) == ["another's plan"])
    #expect(talk.step(.loaded(planHash: "hash", plan: "another's plan")).plansSaid == [""])
  }

  @Test func aResultIsSentAgainUntilItIsAcknowledged() {
    var talk = Talk()
    talk.begin()
    let lease = Talk.lease(7)
    #expect(talk.hear(.assignment(Talk.assignment(lease))).computed == [lease])
    #expect(talk.step(.computed(Talk.result(lease))).results == [lease])
    #expect(talk.step(.tick(ComputeStatus()), after: 5).results == [lease])
    #expect(talk.step(.tick(ComputeStatus()), after: 5).results.isEmpty, "it waits longer each time")
    #expect(talk.step(.tick(ComputeStatus()), after: 5).results == [lease])
    var acknowledgement = Volcsweep_Acknowledgement()
    acknowledgement.leases = [Volcsweep_Lease(lease)]
    _ = talk.hear(.acknowledgement(acknowledgement))
    #expect(talk.step(.tick(ComputeStatus()), after: 1000).results.isEmpty)
  }

  @Test func aNewCoordinatorIsBroughtWhatTheOldOneDidNotAcknowledge() {
    var talk = Talk()
    talk.begin()
    let (done, atHand, waiting) = (Talk.lease(1), Talk.lease(2), Talk.lease(3))
    for lease in [done, atHand, waiting] { _ = talk.hear(.assignment(Talk.assignment(lease))) }
    _ = talk.step(.computed(Talk.result(done)))
    var status = ComputeStatus()
    status.computing = atHand
    talk.step(.tick(status), after: 1)
    #expect(talk.hear(.reintroduction(Volcsweep_Reintroduction())).hellos.count == 1)
    let met = talk.hear(.welcome(Talk.welcome(epoch: 2)))
    #expect(met.cancelled == [waiting], "what waits is handed out anew, what is at hand may still be first")
    #expect(met.isReadySaid)
    #expect(met.results == [done])
    #expect(talk.step(.computed(Talk.result(atHand))).results == [atHand])
    let beat = talk.step(.tick(ComputeStatus()), after: 1).heartbeats.first
    #expect(beat?.holding.isEmpty == true, "the new coordinator knows none of the old one's leases")
  }

  @Test func resultsOfAnotherSweepAreDropped() {
    var talk = Talk()
    talk.begin(sweep: "a")
    let lease = Talk.lease(1)
    _ = talk.hear(.assignment(Talk.assignment(lease)))
    _ = talk.step(.computed(Talk.result(lease)))
    _ = talk.hear(.reintroduction(Volcsweep_Reintroduction()))
    #expect(talk.hear(.welcome(Talk.welcome(epoch: 1, sweep: "b"))).results.isEmpty)
    #expect(talk.step(.loaded(planHash: "plan", plan: "a plan")).results.isEmpty)
    #expect(talk.step(.tick(ComputeStatus()), after: 60).results.isEmpty)
  }

  @Test func aWelcomeOvertakenByANewerCoordinatorsSaysNothing() {
    var talk = Talk()
    talk.begin(epoch: 2)
    #expect(talk.hear(.welcome(Talk.welcome(epoch: 1))).isEmpty)
    let old = Talk.assignment(Talk.lease(1, epoch: 1))
    #expect(talk.hear(.assignment(old)).computed.isEmpty)
    let new = Talk.lease(1, epoch: 2)
    #expect(talk.hear(.assignment(Talk.assignment(new))).computed == [new])
  }

  @Test func aDoubledAssignmentIsComputedOnce() {
    var talk = Talk()
    talk.begin()
    let lease = Talk.lease(4)
    #expect(talk.hear(.assignment(Talk.assignment(lease))).computed == [lease])
    #expect(talk.hear(.assignment(Talk.assignment(lease))).computed.isEmpty)
    _ = talk.step(.computed(Talk.result(lease)))
    #expect(talk.hear(.assignment(Talk.assignment(lease))).computed.isEmpty)
  }

  @Test func heartbeatsNameEveryLeaseUntilItsResultIsAcknowledged() {
    var talk = Talk()
    talk.begin()
    let (first, second) = (Talk.lease(1), Talk.lease(2))
    for lease in [first, second] { _ = talk.hear(.assignment(Talk.assignment(lease))) }
    _ = talk.step(.computed(Talk.result(first)))
    var status = ComputeStatus()
    status.computing = second
    status.stage = .network
    status.interferogram = 9
    let beat = talk.step(.tick(status), after: 1).heartbeats.first
    #expect(Set((beat?.holding ?? []).map { Lease($0) }) == Set([first, second]))
    #expect(beat?.computing == Volcsweep_Lease(second))
    #expect(beat?.stage == .network)
    #expect(beat?.interferogram == 9)
  }

  @Test func aRevokedUnitIsStoppedButAResultThatIsThereIsKept() {
    var talk = Talk()
    talk.begin()
    let (first, second) = (Talk.lease(1), Talk.lease(2))
    for lease in [first, second] { _ = talk.hear(.assignment(Talk.assignment(lease))) }
    _ = talk.step(.computed(Talk.result(first)))
    for lease in [first, second] {
      var revocation = Volcsweep_Revocation()
      revocation.lease = Volcsweep_Lease(lease)
      #expect(talk.hear(.revocation(revocation)).cancelled == (lease == second ? [second] : []))
    }
    #expect(talk.step(.computed(Talk.result(second))).results.isEmpty, "nobody wants it any more")
    #expect(talk.step(.tick(ComputeStatus()), after: 5).results == [first])
  }

  @Test func aDrainReturnsTheCurrentUnitAndLeavesWhenItIsDurable() {
    var talk = Talk()
    talk.begin()
    let (atHand, waiting) = (Talk.lease(1), Talk.lease(2))
    for lease in [atHand, waiting] { _ = talk.hear(.assignment(Talk.assignment(lease))) }
    #expect(talk.step(.drain).ending == nil)
    #expect(talk.step(.draining(atHand: atHand)).ending == nil)
    #expect(talk.hear(.assignment(Talk.assignment(Talk.lease(3)))).computed.isEmpty)
    #expect(talk.step(.computed(Talk.result(atHand))).results == [atHand])
    var acknowledgement = Volcsweep_Acknowledgement()
    acknowledgement.leases = [Volcsweep_Lease(atHand)]
    #expect(talk.hear(.acknowledgement(acknowledgement)).ending == .finished)
  }

  @Test func aDrainThatIsNeverAcknowledgedEndsAllTheSame() {
    var talk = Talk()
    talk.begin()
    let lease = Talk.lease(1)
    _ = talk.hear(.assignment(Talk.assignment(lease)))
    talk.step(.drain)
    talk.step(.draining(atHand: lease))
    _ = talk.step(.computed(Talk.result(lease)))
    #expect(talk.step(.tick(ComputeStatus()), after: 59).ending == nil)
    #expect(talk.step(.tick(ComputeStatus()), after: 2).ending == .finished)
  }

  @Test func anOrphanDeliversToTheSuccessorAndTakesNothingMore() {
    var talk = Talk()
    talk.begin()
    let lease = Talk.lease(1)
    _ = talk.hear(.assignment(Talk.assignment(lease)))
    _ = talk.step(.computed(Talk.result(lease)))
    #expect(talk.step(.orphaned).ending == nil)
    talk.step(.draining(atHand: nil))
    let hello = talk.hear(.reintroduction(Volcsweep_Reintroduction())).hellos.first
    #expect(hello?.deliversOnly == true)
    #expect(talk.hear(.welcome(Talk.welcome(epoch: 2))).results == [lease])
    #expect(talk.hear(.assignment(Talk.assignment(Talk.lease(1, epoch: 2)))).computed.isEmpty)
    var acknowledgement = Volcsweep_Acknowledgement()
    acknowledgement.leases = [Volcsweep_Lease(lease)]
    guard case .failed = talk.hear(.acknowledgement(acknowledgement)).ending else {
      Issue.record("the orphan stays")
      return
    }
  }

  @Test func anOrphanWithNothingToDeliverEndsAtOnceAndOneWithoutASuccessorAfterItsTime() {
    var idle = Talk()
    idle.begin()
    idle.step(.orphaned)
    #expect(idle.step(.draining(atHand: nil)).ending != nil)
    var waiting = Talk()
    waiting.begin()
    let lease = Talk.lease(1)
    _ = waiting.hear(.assignment(Talk.assignment(lease)))
    _ = waiting.step(.computed(Talk.result(lease)))
    waiting.step(.orphaned)
    waiting.step(.draining(atHand: nil))
    #expect(waiting.step(.tick(ComputeStatus()), after: 59).ending == nil)
    #expect(waiting.step(.tick(ComputeStatus()), after: 2).ending != nil)
  }

  @Test func aWorkerThatHearsNothingForLongEnds() {
    var talk = Talk()
    talk.begin()
    #expect(talk.step(.tick(ComputeStatus()), after: 299).ending == nil)
    guard case .lost(let reason) = talk.step(.tick(ComputeStatus()), after: 2).ending else {
      Issue.record("it stays")
      return
    }
    #expect(reason.contains("300 s"))
  }

  @Test func theEndOfTheSweepEndsItAtOnce() {
    var talk = Talk()
    talk.begin()
    _ = talk.hear(.assignment(Talk.assignment(Talk.lease(1))))
    var drain = Volcsweep_Drain()
    drain.isOver = true
    #expect(talk.hear(.drain(drain)).ending == .finished)
  }

  /// A worker at a unit, with what its compute thread then says of itself.
  private static func working(progress: UInt64 = 7) -> (Talk, ComputeStatus) {
    var talk = Talk()
    talk.begin()
    let lease = Talk.lease(1)
    _ = talk.hear(.assignment(Talk.assignment(lease)))
    var status = ComputeStatus()
    (status.computing, status.progress, status.stage, status.interferogram) = (lease, progress, .reading, 9)
    talk.step(.tick(status))
    return (talk, status)
  }

  @Test func aWorkerWhoseComputationHangsSaysGoodbyeAndEndsAfterItsCoordinatorHasGivenItUp() {
    var (talk, status) = Self.working()
    _ = talk.hear(.assignment(Talk.assignment(Talk.lease(2))))
    // The coordinator's 20 s, the margin of 5 s and two heartbeats.
    for second in 1..<27 {
      #expect(talk.step(.tick(status), after: 1).ending == nil, "after \(second) s")
      // A coordinator that has given it up meets it anew: that is no progress.
      if second == 21 {
        _ = talk.hear(.reintroduction(Volcsweep_Reintroduction()))
        _ = talk.hear(.welcome(Talk.welcome(epoch: 1)))
      }
    }
    status.residentBytes += 1
    let last = talk.step(.tick(status), after: 1)
    guard case .hung(let reason)? = last.ending else {
      Issue.record("it stays")
      return
    }
    #expect(reason.contains("27 s") && reason.contains("unit 1, attempt 1") && reason.contains("interferogram 9"))
    #expect(reason.contains("stall-seconds is 20"))
    #expect(last.goodbyes == [reason])
  }

  @Test func everyStepStartsTheWaitForAHangAnew() {
    var (talk, status) = Self.working()
    for second in 0..<300 {
      if second % 26 == 25 { status.progress += 1 }
      #expect(talk.step(.tick(status), after: 1).ending == nil, "after \(second) s")
      _ = talk.hear(.pulse(Volcsweep_Pulse()))
    }
  }

  @Test func aWorkerWithoutAUnitDoesNotHang() {
    var (talk, status) = Self.working()
    status.computing = nil
    for _ in 0..<200 {
      #expect(talk.step(.tick(status), after: 1).ending == nil)
      _ = talk.hear(.pulse(Volcsweep_Pulse()))
    }
  }

  @Test func aProcessThatWasStoppedHasNotHung() {
    var (talk, status) = Self.working()
    for _ in 0..<8 {
      // Stopped for a minute; the first looks after it find the compute thread where it was.
      #expect(talk.step(.tick(status), after: 60).ending == nil)
      _ = talk.hear(.pulse(Volcsweep_Pulse()))
      #expect(talk.step(.tick(status), after: 0.5).ending == nil)
      status.progress += 1
      #expect(talk.step(.tick(status), after: 0.5).ending == nil)
    }
    // One that hangs as well ends all the same, later.
    var endings = 0
    for _ in 0..<40 where talk.step(.tick(status), after: 60).ending != nil { endings += 1 }
    #expect(endings == 1)
  }
}
