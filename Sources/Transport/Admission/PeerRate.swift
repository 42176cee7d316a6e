/// A token bucket for rate limiting: it fills at a constant rate up to a maximum.
public struct TokenBucket: Sendable {
  /// Tokens added per second.
  public let perSecond: Double
  /// Maximum number of tokens.
  public let burst: Double
  private var level: Double
  private var filledAt: Double

  /// - Parameters:
  ///   - perSecond: tokens added per second.
  ///   - burst: maximum number of tokens; the bucket starts full.
  ///   - seconds: now, on the clock of all calls.
  public init(perSecond: Double, burst: Double, at seconds: Double) {
    precondition(perSecond >= 0 && burst >= 0)
    self.perSecond = perSecond
    self.burst = burst
    level = burst
    filledAt = seconds
  }

  /// Whether the bucket holds this many tokens now.
  public mutating func holds(_ amount: Double, at seconds: Double) -> Bool {
    // A clock that is set back adds nothing.
    level = min(burst, level + perSecond * max(0, seconds - filledAt))
    filledAt = max(filledAt, seconds)
    return level >= amount
  }

  /// Removes tokens after ``holds(_:at:)`` has returned true for them.
  public mutating func take(_ amount: Double) {
    level -= amount
  }
}

/// Rate limits for unsolicited messages and bytes of one peer, each with a burst. Answers to assignments are
/// not counted, so that no worker is limited for being fast.
public struct PeerRateLimits: Sendable, Equatable {
  /// Messages per second.
  public var messagesPerSecond = 10_000.0
  /// Messages in a burst.
  public var messageBurst = 50_000.0
  /// Bytes per second.
  public var bytesPerSecond = 64e6
  /// Bytes in a burst.
  public var byteBurst = 128e6
  /// Answers that may be outstanding; assignments beyond add none.
  public var outstandingAnswers = 4096

  public init() {}
}

/// Applies the limits to one peer.
public struct PeerRate: Sendable {
  private var messages: TokenBucket
  private var bytes: TokenBucket
  private var answers = 0
  private let maximumAnswers: Int

  public init(_ limits: PeerRateLimits, at seconds: Double) {
    messages = TokenBucket(perSecond: limits.messagesPerSecond, burst: limits.messageBurst, at: seconds)
    bytes = TokenBucket(perSecond: limits.bytesPerSecond, burst: limits.byteBurst, at: seconds)
    maximumAnswers = limits.outstandingAnswers
  }

  /// Allows the peer this many messages beyond its rate, as answers.
  public mutating func expectAnswers(_ count: Int) {
    answers = min(answers + count, maximumAnswers)
  }

  /// Whether a message of this size is an expected answer or within both limits; a rejected message uses up
  /// nothing.
  public mutating func admits(bytes count: Int, at seconds: Double) -> Bool {
    if answers > 0 {
      answers -= 1
      return true
    }
    // Evaluate both, so that both buckets are refilled.
    let isWithin = (messages.holds(1, at: seconds), bytes.holds(Double(count), at: seconds))
    guard isWithin == (true, true) else { return false }
    messages.take(1)
    bytes.take(Double(count))
    return true
  }
}
