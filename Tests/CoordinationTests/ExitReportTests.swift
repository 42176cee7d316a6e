import Foundation
import Messaging
import Testing

import struct Scheduling.Lease

@testable import Coordination

@Suite struct ExitReportTests {
  @Test func aCoordinatorReadsWhatTheKeeperSaw() {
    let lease = Lease(epoch: 2, unit: 9, attempt: 1)
    var reading = WorkerActivity(pid: 77)
    (reading.lease, reading.stage, reading.interferogram) = (lease, .gating, 12)
    reading.memoryLimitBytes = 300 << 20
    for (signal, status): (Int32?, Int32?) in [(SIGSEGV, nil), (nil, 4), (SIGKILL, nil)] {
      let end = ProcessEnd(
        signal: signal, exitStatus: status, logTail: "failed to allocate", atHand: reading,
        peakResidentBytes: 290 << 20)
      let told = ProcessEnd(end.exitReport(host: "node", pid: 77))
      #expect(told.description == end.description)
      #expect(told.loss == end.loss)
      #expect(told.reachedMemoryLimit)
    }
    let bare = ProcessEnd(exitStatus: 1)
    #expect(ProcessEnd(bare.exitReport(host: "node", pid: 77)).description == bare.description)
  }

  @Test func whatItSaysOfTheLogIsOneShortLine() {
    var report = Volcsweep_ExitReport()
    report.signal = SIGABRT
    report.logTail = "one\ntwo\u{1B}[2J" + String(repeating: "x", count: 100_000)
    let said = "\(ProcessEnd(report))"
    #expect(said.count < 700 && !said.contains("\n") && !said.contains("\u{1B}"))
  }
}
