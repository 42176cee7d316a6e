import Messaging
import Synchronization

/// What the compute thread is at, as heartbeats and the black box tell it. The compute thread writes, any thread reads.
package final class Whereabouts: Sendable {
  private let reading: Mutex<BlackBox.Reading>
  private let blackBox: BlackBox?

  init(_ blackBox: BlackBox?) {
    self.blackBox = blackBox
    reading = Mutex(BlackBox.Reading(pid: 0))
  }

  var now: BlackBox.Reading { reading.withLock { $0 } }

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
    let memory = blackBox == nil ? nil : ProcessMemory.inUse
    let noted = reading.withLock { reading in
      change(&reading)
      reading.steps += 1
      if let memory { (reading.residentBytes, reading.peakResidentBytes) = memory }
      return reading
    }
    blackBox?.note(noted)
  }
}
