import Scheduling
import SweepRecords

/// Progress of a sweep.
public struct SweepProgress: Sendable {
  /// Outcomes of the whole sweep, those of earlier coordinators included.
  public var counts: OutcomeCounts
  /// Number of open interferograms that the job does not ask for any more.
  public var left: Int
  /// Interferograms per second over the last minute; 0 before the first.
  public var rate: Double
  /// Seconds since this coordinator started.
  public var elapsedSeconds: Double
  /// Number of workers that hold or may get leases.
  public var workers: Int
  /// Largest memory in use of any worker, bytes.
  public var peakResidentBytes: UInt64

  package init(
    counts: OutcomeCounts, left: Int, rate: Double, elapsedSeconds: Double, workers: Int, peakResidentBytes: UInt64
  ) {
    (self.counts, self.left, self.rate) = (counts, left, rate)
    (self.elapsedSeconds, self.workers, self.peakResidentBytes) = (elapsedSeconds, workers, peakResidentBytes)
  }
}

/// The rate over a window of time.
package struct RateMeter {
  private var samples: [(instant: Instant, total: Int)] = []
  private let windowSeconds = 60.0

  package init() {}

  /// Adds a sample: `total` is a cumulative count, such as finished interferograms, and `now` must not decrease. A
  /// sample less than 0.5 s after the previous one replaces it; all but one of those older than 60 s are dropped.
  package mutating func note(_ total: Int, at now: Instant) {
    if let last = samples.last, now.seconds(since: last.instant) < 0.5, samples.count > 1 {
      samples[samples.count - 1] = (now, total)
    } else {
      samples.append((now, total))
    }
    while samples.count > 2, now.seconds(since: samples[1].instant) > windowSeconds { samples.removeFirst() }
  }

  /// Mean increase of the count per second over the last minute; 0 with fewer than two samples.
  package var rate: Double {
    guard let first = samples.first, let last = samples.last else { return 0 }
    let seconds = last.instant.seconds(since: first.instant)
    return seconds > 0 ? Double(last.total - first.total) / seconds : 0
  }
}
