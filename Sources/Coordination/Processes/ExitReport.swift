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
  package func obituary(host: String, pid: Int32) -> Volcsweep_Obituary {
    var obituary = Volcsweep_Obituary()
    (obituary.host, obituary.pid) = (host, pid)
    obituary.signal = signal ?? 0
    obituary.exitStatus = exitStatus ?? 0
    obituary.logTail = logTail
    obituary.peakResidentBytes = UInt64(clamping: peakResidentBytes ?? 0)
    guard let atHand else { return obituary }
    obituary.hasReading_p = true
    if let lease = atHand.lease { obituary.computing = Volcsweep_Lease(lease) }
    obituary.stage = atHand.stage
    obituary.interferogram = atHand.interferogram
    obituary.memoryLimitBytes = atHand.memoryLimitBytes
    return obituary
  }

  /// Parses an exit report, bounding and sanitising its content as for local workers.
  public init(_ obituary: Volcsweep_Obituary) {
    let said = VisibleText.line(obituary.logTail, limit: 16 * Self.logTailCharacters)
    self.init(
      signal: obituary.signal == 0 ? nil : obituary.signal,
      exitStatus: obituary.signal == 0 ? obituary.exitStatus : nil,
      logTail: String(said.suffix(Self.logTailCharacters)),
      peakResidentBytes: obituary.peakResidentBytes > 0 ? Int64(clamping: obituary.peakResidentBytes) : nil)
    guard obituary.hasReading_p else { return }
    var reading = WorkerActivity(pid: obituary.pid)
    if obituary.hasComputing { reading.lease = Lease(obituary.computing) }
    reading.stage = obituary.stage
    reading.interferogram = obituary.interferogram
    reading.memoryLimitBytes = obituary.memoryLimitBytes
    atHand = reading
  }
}
