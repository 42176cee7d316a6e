import Foundation
import Messaging
import Testing
import Transport

@testable import Work

@Suite(.serialized) struct ComputeThreadTests {
  private func next(_ events: Mailbox<ComputeEvent>, _ waiting: inout [ComputeEvent]) throws -> ComputeEvent {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      waiting += events.takeAll()
      if !waiting.isEmpty { return waiting.removeFirst() }
      usleep(500)
    }
    throw MessageError("the compute thread is silent")
  }

  @Test func aRevokedLeaseHasNoResultAndTheNextOneHas() throws {
    let bench = try WorkBench()
    let stack = try bench.makeStack("long", pairs: 300)
    let events = try Mailbox<ComputeEvent>()
    let thread = try ComputeThread(events: events, blackBox: nil) {
      try UnitComputer($0, after: $1 as? UnitComputer)
    }
    thread.begin(try bench.terms())
    var waiting: [ComputeEvent] = []
    guard case .ready(let planHash, let plan) = try next(events, &waiting) else {
      Issue.record("it is not ready")
      return
    }
    #expect(planHash.count == 64 && plan.hasPrefix("{"))
    let long = try bench.assignment(stack, unit: 1, pairs: 0..<300)
    thread.enqueue(long)
    thread.enqueue(try bench.assignment(stack, unit: 2, pairs: 0..<1))
    thread.enqueue(try bench.assignment(stack, unit: 3, pairs: 1..<2))
    while thread.atHand?.unit != 1 || thread.stage.interferogram < 3 { usleep(200) }
    var waitingLease = long.lease
    waitingLease.unit = 2
    thread.revoke(waitingLease)
    thread.revoke(long.lease)
    guard case .result(let result) = try next(events, &waiting) else {
      Issue.record("there is no result")
      return
    }
    #expect(result.lease.unit == 3 && result.interferograms.count == 1)
    #expect(thread.progress < 300, "the long unit was not done to its end")
    #expect(thread.drain() == nil)
  }

  @Test func drainingHandsOnWhatIsDone() throws {
    let bench = try WorkBench()
    let stack = try bench.makeStack("long", pairs: 300)
    let events = try Mailbox<ComputeEvent>()
    let thread = try ComputeThread(events: events, blackBox: nil) {
      try UnitComputer($0, after: $1 as? UnitComputer)
    }
    thread.begin(try bench.terms())
    thread.enqueue(try bench.assignment(stack, unit: 1, pairs: 0..<300))
    while thread.stage.interferogram < 2 { usleep(200) }
    #expect(thread.drain()?.unit == 1)
    var waiting: [ComputeEvent] = []
    _ = try next(events, &waiting)
    guard case .result(let result) = try next(events, &waiting) else {
      Issue.record("there is no result")
      return
    }
    #expect((1..<300).contains(result.interferograms.count))
    #expect(thread.atHand == nil)
  }
}
