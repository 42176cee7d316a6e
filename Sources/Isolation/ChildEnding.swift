import Foundation

/// How a child process ended.
public struct ChildEnding: Hashable, Sendable {
  /// The status that it exited with; `nil` if a signal ended it.
  public let exitStatus: Int32?
  /// The signal that ended it; `nil` if it exited.
  public let signal: Int32?
  /// The most memory it had in use, bytes.
  public let peakResidentBytes: UInt64

  /// The end in words, for whoever asks what became of the file that was at hand.
  ///
  /// - Parameter limits: what the process was bound to.
  /// - Returns: a reason that stands behind the file's name.
  public func reason(under limits: ProcessLimits) -> String {
    // A process that fails at its memory limit ends by whichever signal the failed allocation leads to.
    if exitStatus != 0, peakResidentBytes >= limits.memoryBytes / 4 * 3 {
      return "reading it takes more than the \(limits.memoryBytes >> 20) MiB of memory allowed"
    }
    if let signal { return "reading it crashes (\(SignalName.of(signal) ?? "signal \(signal)"))" }
    return "reading it ended its process with exit status \(exitStatus ?? -1)"
  }

  /// What is said of a file that took too long.
  public static func reason(afterSeconds seconds: Double) -> String {
    "reading it took longer than \(seconds.formatted()) s; the file is damaged or its disk does not respond"
  }

  init(status: Int32, usage: rusage) {
    let low = status & 0x7f
    exitStatus = low == 0 ? (status >> 8) & 0xff : nil
    signal = low == 0 ? nil : low
    peakResidentBytes = UInt64(clamping: usage.ru_maxrss) * 1024
  }
}
