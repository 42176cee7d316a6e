import Messaging
import Names

import struct Scheduling.Lease

extension ProcessEnd {
  /// The exit report of a worker process, for a coordinator on another machine.
  ///
  /// - Parameters:
  ///   - host: host name in the worker's Hello.
  ///   - pid: the process that ended.
  /// - Returns: the message.
  package func exitReport(host: String, pid: Int32) -> Volcsweep_ExitReport {
    var report = Volcsweep_ExitReport()
    (report.host, report.pid) = (host, pid)
    report.signal = signal ?? 0
    report.exitStatus = exitStatus ?? 0
    report.logTail = logTail
    report.peakResidentBytes = UInt64(clamping: peakResidentBytes ?? 0)
    guard let atHand else { return report }
    report.hasReading_p = true
    if let lease = atHand.lease { report.computing = Volcsweep_Lease(lease) }
    report.stage = atHand.stage
    report.interferogram = atHand.interferogram
    report.memoryLimitBytes = atHand.memoryLimitBytes
    return report
  }

  /// Parses an exit report, bounding and sanitising its content as for local workers.
  public init(_ report: Volcsweep_ExitReport) {
    let said = VisibleText.line(report.logTail, limit: 16 * Self.logTailCharacters)
    self.init(
      signal: report.signal == 0 ? nil : report.signal,
      exitStatus: report.signal == 0 ? report.exitStatus : nil,
      logTail: String(said.suffix(Self.logTailCharacters)),
      peakResidentBytes: report.peakResidentBytes > 0 ? Int64(clamping: report.peakResidentBytes) : nil)
    guard report.hasReading_p else { return }
    var reading = WorkerActivity(pid: report.pid)
    if report.hasComputing { reading.lease = Lease(report.computing) }
    reading.stage = report.stage
    reading.interferogram = report.interferogram
    reading.memoryLimitBytes = report.memoryLimitBytes
    atHand = reading
  }
}
