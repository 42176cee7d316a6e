#if DEBUG
  import Foundation

  /// How fast a test lets a worker be at most: `VOLCSWEEP_PACE=MILLISECONDS` is the least that an interferogram takes, so
  /// that a sweep lasts as long as the trouble that it is to meet, however fast the machine. Only debug builds have it.
  struct Pace: Sendable {
    static let ofProcess = Pace(ProcessInfo.processInfo.environment["VOLCSWEEP_PACE"] ?? "")

    private let least: Duration

    init(_ text: String) { least = .milliseconds(max(0, Int(text) ?? 0)) }

    /// Blocks until so many interferograms have taken as long as they must.
    func hold(_ count: Int, since start: ContinuousClock.Instant, shouldStop: () -> Bool) {
      let end = start + least * count
      while ContinuousClock.now < end, !shouldStop() { usleep(2000) }
    }
  }
#endif
