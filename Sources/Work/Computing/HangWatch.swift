import struct Scheduling.Lease

/// Measures how long the compute thread has made no progress on its current unit.
///
/// Only observed time counts: a process that was stopped, or whose machine slept, does not count as hung.
struct HangWatch: Sendable {
  /// Seconds without progress while there was a current unit.
  private(set) var seconds = 0.0
  private let longestPauseSeconds: Double
  private var lease: Lease?
  private var progress: UInt64 = 0
  private var lookedAt: Double?

  /// - Parameter longestPauseSeconds: the most that the time between two calls counts.
  init(longestPauseSeconds: Double) {
    self.longestPauseSeconds = longestPauseSeconds
  }

  /// Evaluates a status of the compute thread.
  ///
  /// - Parameters:
  ///   - status: the status.
  ///   - now: seconds on a monotonic clock.
  mutating func look(at status: ComputeStatus, now: Double) {
    defer { (lease, progress, lookedAt) = (status.computing, status.progress, now) }
    guard let lookedAt, status.computing != nil, status.computing == lease, status.progress == progress else {
      seconds = 0
      return
    }
    seconds += min(max(0, now - lookedAt), longestPauseSeconds)
  }
}
