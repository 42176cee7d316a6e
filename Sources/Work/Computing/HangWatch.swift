import struct Scheduling.Lease

/// How long the compute thread has made no progress while it has a unit at hand.
///
/// Time counts only as it is seen to pass: a process that was stopped, or whose machine slept, has not hung.
struct HangWatch: Sendable {
  /// Without progress, with a unit at hand.
  private(set) var seconds = 0.0
  private let longestPauseSeconds: Double
  private var lease: Lease?
  private var progress: UInt64 = 0
  private var lookedAt: Double?

  /// - Parameter longestPauseSeconds: for how much the time between two looks counts at most.
  init(longestPauseSeconds: Double) {
    self.longestPauseSeconds = longestPauseSeconds
  }

  /// Looks at what the compute thread does.
  ///
  /// - Parameters:
  ///   - status: what it says.
  ///   - now: seconds on a clock that never runs backwards.
  mutating func look(at status: ComputeStatus, now: Double) {
    defer { (lease, progress, lookedAt) = (status.computing, status.progress, now) }
    guard let lookedAt, status.computing != nil, status.computing == lease, status.progress == progress else {
      seconds = 0
      return
    }
    seconds += min(max(0, now - lookedAt), longestPauseSeconds)
  }
}
