import Transport

/// Limits repeated log lines: a burst, then one line per second. Lines with the same text are of one kind; only
/// their metadata differs.
struct LogLimiter {
  private var kinds: [String: (bucket: TokenBucket, suppressed: Int)] = [:]
  private let burst: Double

  init(burst: Double = 100) {
    self.burst = burst
  }

  /// - Returns: the number of lines of this kind suppressed since the last one, if this one may be logged;
  ///   otherwise `nil`.
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
