import ChildProcesses
import Foundation
import Names

extension ChildEnding {
  /// The end in words, for whoever asks what became of the file that was at hand.
  ///
  /// - Parameter limits: The limits of the process.
  /// - Returns: a reason, to be appended to the file's name.
  public func reason(under limits: ProcessLimits) -> String {
    // A process that fails at its memory limit may end by various signals, depending on the failed
    // allocation.
    if exitStatus != 0, peakResidentBytes >= limits.memoryBytes / 4 * 3 {
      return "reading it takes more than the \(limits.memoryBytes >> 20) MiB of memory allowed"
    }
    if let signal { return "reading it crashes (\(SignalName.of(signal) ?? "signal \(signal)"))" }
    return "reading it ended its process with exit status \(exitStatus ?? -1)"
  }

  /// The reason for a file that took too long.
  public static func reason(afterSeconds seconds: Double) -> String {
    "reading it took longer than \(seconds.formatted()) s; the file is damaged or its disk does not respond"
  }
}
