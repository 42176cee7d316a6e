import Messaging
import Testing

import struct Scheduling.Lease

@testable import Coordination

@Suite struct BackOffTests {
  private let limits = SupervisionLimits()

  private func reading(units: UInt64, hasLease: Bool) -> WorkerActivity {
    var reading = WorkerActivity(pid: 7)
    reading.finishedUnits = units
    if hasLease { reading.lease = Lease(epoch: 1, unit: 1, attempt: 1) }
    return reading
  }

  @Test func pausesDoubleUpToTheLongestAndEndWithALongLife() {
    var backOff = BackOff(limits)
    var pauses: [Double] = []
    let crash = ProcessEnd(signal: 11, atHand: reading(units: 0, hasLease: true))
    for _ in 0..<12 {
      guard case .pause(let seconds) = backOff.next(after: crash, lifeSeconds: 0.5) else {
        Issue.record("a worker that began its unit was counted as one that cannot begin")
        return
      }
      pauses.append(seconds)
    }
    #expect(pauses.prefix(4) == [0.05, 0.1, 0.2, 0.4])
    #expect(pauses.suffix(2) == [51.2, 60])
    // It does not help that the next one lives for longer and finishes nothing either.
    #expect(backOff.next(after: crash, lifeSeconds: 60) == .pause(seconds: 60))
    let fruitful = ProcessEnd(signal: 11, atHand: reading(units: 1, hasLease: true))
    #expect(backOff.next(after: fruitful, lifeSeconds: 60) == .pause(seconds: 0))
    #expect(backOff.next(after: crash, lifeSeconds: 0.5) == .pause(seconds: 0.05))
  }

  /// Each of them had begun a unit, so none of the older rules would ever have given the place up.
  @Test func aSlotThatLosesWorkerAfterWorkerWithoutAFinishedUnitIsGivenUpAndNamed() {
    var backOff = BackOff(limits)
    let crash = ProcessEnd(signal: 4, logTail: "illegal", atHand: reading(units: 0, hasLease: true))
    for _ in 1..<limits.maximumBarrenLives {
      guard case .pause = backOff.next(after: crash, lifeSeconds: 100) else {
        Issue.record("given up early")
        return
      }
    }
    guard case .giveUp(let reason) = backOff.next(after: crash, lifeSeconds: 100) else {
      Issue.record("not given up")
      return
    }
    #expect(reason.contains("16 consecutive workers") && reason.contains("SIGILL"))
  }

  @Test func workersThatAreKilledFromOutsideDoNotCostTheirPlace() {
    var backOff = BackOff(limits)
    let killed = ProcessEnd(signal: 9, atHand: reading(units: 0, hasLease: true))
    for _ in 0..<100 {
      guard case .pause(let seconds) = backOff.next(after: killed, lifeSeconds: 0.5), seconds <= 5 else {
        Issue.record("given up, or paused for long")
        return
      }
    }
  }

  @Test func aWorkerThatDidUnitsIsStartedAgainAtOnce() {
    var backOff = BackOff(limits)
    let crash = ProcessEnd(signal: 11, atHand: reading(units: 3, hasLease: true))
    for _ in 0..<20 { #expect(backOff.next(after: crash, lifeSeconds: 0.5) == .pause(seconds: 0)) }
  }

  @Test func onlyShortLivedProcessesInARowMakeASlotBeGivenUp() {
    var backOff = BackOff(limits)
    let useless = ProcessEnd(exitStatus: 1, logTail: "no model")
    for _ in 0..<7 { _ = backOff.next(after: useless, lifeSeconds: 0.1) }
    _ = backOff.next(after: useless, lifeSeconds: 10)
    for _ in 0..<7 {
      guard case .pause = backOff.next(after: useless, lifeSeconds: 0.1) else {
        Issue.record("given up although they were not in a row")
        return
      }
    }
    guard case .giveUp(let reason) = backOff.next(after: useless, lifeSeconds: 0.1) else {
      Issue.record("not given up")
      return
    }
    #expect(reason.contains("8 times") && reason.contains("no model"))
  }

  @Test func anEndIsToldInWords() {
    var reading = reading(units: 0, hasLease: true)
    (reading.stage, reading.interferogram) = (.reading, 4711)
    var end = ProcessEnd(signal: 11, logTail: "help", atHand: reading, peakResidentBytes: 812 << 20)
    #expect(end.description == "signal 11 (SIGSEGV) while reading interferogram 4711, 812 MB; its log ends: help")
    (end.signal, end.exitStatus) = (6, nil)
    end.logTail = "Fatal error: failed to allocate 1048576 bytes of memory with alignment 64"
    #expect(!end.reachedMemoryLimit, "there was no limit")
    end.atHand?.memoryLimitBytes = 512 << 20
    #expect(end.description.hasPrefix("memory limit of 512 MB reached, signal 6 (SIGABRT) while reading"))
    #expect(ProcessEnd(exitStatus: 3).description == "exit status 3")
  }
}
