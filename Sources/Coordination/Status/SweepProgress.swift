import Scheduling
import SweepRecords

/// How far a sweep is.
public struct SweepProgress: Sendable {
  /// Outcomes of the whole sweep, what earlier coordinators recorded included.
  public var counts: OutcomeCounts
  /// Of those open the ones that the job does not ask for any more.
  public var left: Int
  /// Interferograms a second over the last minute; 0 before the first.
  public var rate: Double
  /// Seconds since this coordinator began.
  public var elapsedSeconds: Double
  /// Workers that hold or may be handed work.
  public var workers: Int
  /// The most memory that any worker has had in use, bytes.
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

  package mutating func note(_ total: Int, at now: Instant) {
    if let last = samples.last, now.seconds(since: last.instant) < 0.5, samples.count > 1 {
      samples[samples.count - 1] = (now, total)
    } else {
      samples.append((now, total))
    }
    while samples.count > 2, now.seconds(since: samples[1].instant) > windowSeconds { samples.removeFirst() }
  }

  package var rate: Double {
    guard let first = samples.first, let last = samples.last else { return 0 }
    let seconds = last.instant.seconds(since: first.instant)
    return seconds > 0 ? Double(last.total - first.total) / seconds : 0
  }
}
