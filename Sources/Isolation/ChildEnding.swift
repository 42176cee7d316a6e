import Foundation

/// How a child process ended.
public struct ChildEnding: Hashable, Sendable {
  /// Exit status; `nil` if a signal ended it.
  public let exitStatus: Int32?
  /// Signal that ended it; `nil` if it exited.
  public let signal: Int32?
  /// Peak resident memory, bytes.
  public let peakResidentBytes: UInt64

  /// The reason, for a message about the file that was being read.
  ///
  /// - Parameter limits: The limits of the process.
  /// - Returns: a reason, to be appended to the file's name.
  public func reason(under limits: ProcessLimits) -> String {
    // A process that fails at its memory limit may end by various signals, depending on the failed
    // allocation.
    if exitStatus != 0, peakResidentBytes >= limits.memoryBytes / 4 * 3 {
      return "reading it takes more than the \(limits.memoryBytes >> 20) MiB of memory that are allowed"
    }
    if let signal { return "reading it crashes (\(SignalName.of(signal) ?? "signal \(signal)"))" }
    return "reading it ended its process with exit status \(exitStatus ?? -1)"
  }

  /// The reason for a file that took too long.
  public static func reason(afterSeconds seconds: Double) -> String {
    "reading it took longer than \(seconds.formatted()) s, the file is damaged or its disk does not answer"
  }

  init(status: Int32, usage: rusage) {
    let low = status & 0x7f
    exitStatus = low == 0 ? (status >> 8) & 0xff : nil
    signal = low == 0 ? nil : low
    peakResidentBytes = UInt64(clamping: usage.ru_maxrss) * 1024
  }
}
