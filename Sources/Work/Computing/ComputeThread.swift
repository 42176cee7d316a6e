import FileReasons
import Foundation
import Messaging
import ProcessResources
import Synchronization
import Transport
import WorkerTraces

import struct Scheduling.Lease

/// Events from the compute thread to the network thread.
enum ComputeEvent: Sendable {
  /// The sweep's model is loaded. The hash covers everything else that the last digits of results depend on;
  /// with the plan, as JSON, other workers of its kind compute the same.
  case ready(planHash: String, plan: String)
  /// It cannot work at all: the model cannot be read, or differs from the sweep's.
  case failed(String)
  /// Result of reading the stack that proves access to the archive.
  case proved(stack: String, ArchiveProof)
  case result(Volcsweep_UnitResult)
}

/// The thread that computes interferograms, one unit after the other.
final class ComputeThread: Sendable {
  private struct State {
    var terms: SweepTerms?
    /// Of the model loaded last.
    var prover: ArchiveProver?
    var queue: [Volcsweep_Assignment] = []
    var atHand: Lease?
    /// The lease at hand is not wanted any more.
    var isRevoked = false
    var isDraining = false
  }

  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)
  private let events: Mailbox<ComputeEvent>
  private let currentActivity: CurrentActivity
  private let makeComputer: MakeComputer

  /// - Parameters:
  ///   - events: receives results.
  ///   - blackBox: records each step; without it the activity at a crash is unknown.
  ///   - makeComputer: creates the object that computes units.
  /// - Throws: `ResourceShortage`.
  init(
    events: Mailbox<ComputeEvent>, blackBox: BlackBox?,
    makeComputer: @escaping MakeComputer
  ) throws(ResourceShortage) {
    self.events = events
    self.makeComputer = makeComputer
    currentActivity = CurrentActivity(blackBox)
    // The BLAS and the image filters use large stack frames.
    try OwnThread.start("compute", stackBytes: 16 << 20) { self.run() }
  }

  /// The lease at hand.
  var atHand: Lease? { state.withLock { $0.atHand } }

  /// Incremented with every step, to distinguish a hang from work.
  var progress: UInt64 { currentActivity.now.steps }

  /// Its stage, and the interferogram's number in the plan; 0 for none.
  var stage: (stage: Volcsweep_Stage, interferogram: UInt32) {
    let now = currentActivity.now
    return (now.stage, now.interferogram)
  }

  /// Its current activity; memory in use as last measured.
  var status: ComputeStatus {
    let now = currentActivity.now
    var status = ComputeStatus()
    status.computing = atHand
    (status.progress, status.stage, status.interferogram) = (now.steps, now.stage, now.interferogram)
    status.residentBytes = now.residentBytes
    return status
  }

  func begin(_ terms: SweepTerms) {
    state.withLock { $0.terms = terms }
    arrival.signal()
  }

  /// Requests a stack of the archive to be read, also while a unit is computed; call only after the model is
  /// loaded.
  func prove(_ stack: String) {
    let events = events
    state.withLock { $0.prover }?(stack) { events.post(.proved(stack: stack, $0)) }
  }

  func enqueue(_ assignment: Volcsweep_Assignment) {
    state.withLock { $0.queue.append(assignment) }
    arrival.signal()
  }

  /// Drops a lease that waits. The one at hand ends before its next interferogram, without a result.
  func revoke(_ lease: Lease) {
    state.withLock { state in
      state.queue.removeAll { $0.lease == lease }
      if state.atHand == lease { state.isRevoked = true }
    }
  }

  /// Ends after the current interferogram; waiting leases are dropped.
  ///
  /// - Returns: the lease at hand, whose result is still to come.
  func drain() -> Lease? {
    let atHand = state.withLock { state in
      state.queue.removeAll()
      state.isDraining = true
      return state.isRevoked ? nil : state.atHand
    }
    arrival.signal()
    return atHand
  }

  private func run() {
    var loaded: (terms: SweepTerms, computer: any UnitComputing)?
    while true {
      arrival.wait()
      let (terms, isDraining) = state.withLock { ($0.terms, $0.isDraining) }
      if isDraining { return }
      guard let terms else { continue }
      if loaded?.terms != terms {
        do {
          loaded = (terms, try computer(for: terms, after: loaded?.computer))
        } catch {
          events.post(.failed(SystemReason.text(error)))
          return
        }
        guard let loaded else { continue }
        let prover = loaded.computer.prover
        state.withLock { $0.prover = prover }
        loaded.computer.lookAhead { [weak self] in self?.state.withLock { $0.queue.first } }
        events.post(.ready(planHash: loaded.computer.planHash, plan: loaded.computer.plan))
      }
      guard let computer = loaded?.computer, let assignment = takeNext() else { continue }
      currentActivity.begin(assignment.lease)
      let result = computer.compute(assignment, currentActivity) {
        state.withLock { $0.isDraining || $0.isRevoked }
      }
      currentActivity.end()
      state.withLock { state in
        // A concurrent drain finds a result either as current or posted.
        if !state.isRevoked { events.post(.result(result)) }
        state.atHand = nil
      }
    }
  }

  private func takeNext() -> Volcsweep_Assignment? {
    state.withLock { state in
      guard !state.queue.isEmpty else { return nil }
      let assignment = state.queue.removeFirst()
      state.atHand = assignment.lease
      state.isRevoked = false
      return assignment
    }
  }

  private func computer(for terms: SweepTerms, after last: (any UnitComputing)?) throws -> any UnitComputing {
    currentActivity.beginLoading(memoryLimitBytes: terms.memoryLimitBytes)
    defer { currentActivity.end() }
    try ProcessMemory.limit(to: terms.memoryLimitBytes)
    return try makeComputer(terms, last)
  }
}
