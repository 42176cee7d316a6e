import Messaging
import Synchronization
import WorkerTraces

import struct Scheduling.Lease

/// Current activity of the compute thread, for heartbeats and the black box, and of the thread that reads
/// ahead. These two threads write, any thread reads.
///
/// The black box has room for one of the two. While pixels are read, that is the reader: untrusted pixels can
/// crash it, but not the network.
package final class CurrentActivity: Sendable {
  /// Measuring the memory in use takes longer than everything else here, so it is not measured at every step.
  private static let memoryInterval = Duration.milliseconds(50)

  private struct State {
    var reading = WorkerActivity(pid: 0)
    var readAhead: (lease: Lease?, interferogram: UInt32)?
    var measuredAt: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let blackBox: BlackBox?

  package init(_ blackBox: BlackBox?) {
    self.blackBox = blackBox
  }

  var now: WorkerActivity {
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

  func begin(_ lease: Lease) {
    note { $0.lease = lease }
  }

  /// Call before each stage of an interferogram.
  package func step(_ stage: Volcsweep_Stage, interferogram: UInt32) {
    note {
      $0.stage = stage
      $0.interferogram = interferogram
    }
  }

  /// Call on the reading thread before an interferogram is read; without a lease for a stack that is in no unit.
  func beginReading(_ lease: Lease?, interferogram: UInt32) {
    note(steps: 1) { $0.readAhead = (lease, interferogram) }
  }

  func endReading() {
    note(steps: 0) { $0.readAhead = nil }
  }

  /// There is no current work any more.
  func end() {
    note {
      if $0.lease != nil { $0.finishedUnits += 1 }
      ($0.lease, $0.stage, $0.interferogram) = (nil, .idle, 0)
    }
  }

  private func note(_ change: (inout WorkerActivity) -> Void) {
    note(steps: 1) { change(&$0.reading) }
  }

  private func note(steps: UInt64, _ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      state.reading.steps += steps
      Self.measure(&state)
      guard let blackBox else { return }
      var noted = state.reading
      if let readAhead = state.readAhead {
        (noted.lease, noted.stage, noted.interferogram) = (readAhead.lease, .reading, readAhead.interferogram)
      }
      blackBox.note(noted)
    }
  }

  private static func measure(_ state: inout State) {
    let now = ContinuousClock.now
    if let last = state.measuredAt, now - last < memoryInterval { return }
    state.measuredAt = now
    let memory = ProcessMemory.inUse
    state.reading.residentBytes = memory.residentBytes
    state.reading.peakResidentBytes = max(state.reading.peakResidentBytes, memory.peakResidentBytes)
  }
}
