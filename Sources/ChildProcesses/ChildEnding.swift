import Foundation

/// How a child process ended.
public struct ChildEnding: Hashable, Sendable {
  /// The status that it exited with; `nil` if a signal ended it.
  public let exitStatus: Int32?
  /// The signal that ended it; `nil` if it exited.
  public let signal: Int32?
  /// The most memory it had in use, bytes; 0 where that is not known.
  public let peakResidentBytes: UInt64

  init(exitStatus: Int32? = nil, signal: Int32? = nil, peakResidentBytes: UInt64 = 0) {
    (self.exitStatus, self.signal, self.peakResidentBytes) = (exitStatus, signal, peakResidentBytes)
  }

  init(status: Int32, usage: rusage) {
    let low = status & 0x7f
    exitStatus = low == 0 ? (status >> 8) & 0xff : nil
    signal = low == 0 ? nil : low
    peakResidentBytes = UInt64(clamping: usage.ru_maxrss) * 1024
  }
}
