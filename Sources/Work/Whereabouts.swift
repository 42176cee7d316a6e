import Messaging
import Synchronization

/// What the compute thread is at, as heartbeats and the black box tell it. The compute thread writes, any thread reads.
package final class Whereabouts: Sendable {
  /// Asking for the memory in use takes longer than all else here, so it is not asked for at every step.
  private static let memoryInterval = Duration.milliseconds(50)

  private struct State {
    var reading = BlackBox.Reading(pid: 0)
    var measuredAt: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let blackBox: BlackBox?

  init(_ blackBox: BlackBox?) {
    self.blackBox = blackBox
  }

  var now: BlackBox.Reading {
    state.withLock { state in
      Self.measure(&state)
      return state.reading
    }
  }

  func beginLoading(memoryLimitBytes: UInt64) {
    note {
      $0.stage = .loading
      $0.memoryLimitBytes = memoryLimitBytes
    }
  }

  func begin(_ lease: Volcsweep_Lease) {
    note { $0.lease = lease }
  }

  /// Before something is done to an interferogram of the plan.
  func step(_ stage: Volcsweep_Stage, interferogram: UInt32) {
    note {
      $0.stage = stage
      $0.interferogram = interferogram
    }
  }

  /// Nothing is at hand any more.
  func end() {
    note {
      if $0.lease != nil { $0.finishedUnits += 1 }
      ($0.lease, $0.stage, $0.interferogram) = (nil, .idle, 0)
    }
  }

  private func note(_ change: (inout BlackBox.Reading) -> Void) {
    let noted = state.withLock { state in
      change(&state.reading)
      state.reading.steps += 1
      Self.measure(&state)
      return state.reading
    }
    blackBox?.note(noted)
  }

  private static func measure(_ state: inout State) {
    let now = ContinuousClock.now
    if let last = state.measuredAt, now - last < memoryInterval { return }
    state.measuredAt = now
    (state.reading.residentBytes, state.reading.peakResidentBytes) = ProcessMemory.inUse
  }
}
