import Transport

/// Keeps what one kind of line may fill of a log: a burst, then a line a second. Lines are of one kind when their text
/// is the same; what differs from one to the next is their metadata.
struct LogLimiter {
  private var kinds: [String: (bucket: TokenBucket, suppressed: Int)] = [:]
  private let burst: Double

  init(burst: Double = 100) {
    self.burst = burst
  }

  /// - Returns: how many of its kind were left out since the last one, when this one may be logged.
  mutating func admits(_ text: String, at seconds: Double) -> Int? {
    var (bucket, suppressed) = kinds[text] ?? (TokenBucket(perSecond: 1, burst: burst, at: seconds), 0)
    guard bucket.holds(1, at: seconds) else {
      kinds[text] = (bucket, suppressed + 1)
      return nil
    }
    bucket.take(1)
    kinds[text] = (bucket, 0)
    return suppressed
  }
}
