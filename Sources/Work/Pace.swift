#if DEBUG
  import Foundation

  /// Slows down a worker for tests: with `VOLCSWEEP_PACE=MILLISECONDS` each interferogram takes at least this
  /// long, so that a sweep lasts long enough for injected faults on any machine. Debug builds only.
  struct Pace: Sendable {
    static let ofProcess = Pace(ProcessInfo.processInfo.environment["VOLCSWEEP_PACE"] ?? "")

    private let least: Duration

    init(_ text: String) { least = .milliseconds(max(0, Int(text) ?? 0)) }

    /// Blocks until this many interferograms have taken their minimum time.
    func hold(_ count: Int, since start: ContinuousClock.Instant, shouldStop: () -> Bool) {
      let end = start + least * count
      while ContinuousClock.now < end, !shouldStop() { usleep(2000) }
    }
  }
#endif
