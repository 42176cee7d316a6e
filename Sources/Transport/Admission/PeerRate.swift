/// A bucket that fills at a steady rate up to a burst; what finds too little in it is over the limit.
public struct TokenBucket: Sendable {
  public let perSecond: Double
  public let burst: Double
  private var level: Double
  private var filledAt: Double

  /// - Parameters:
  ///   - perSecond: what flows in.
  ///   - burst: what fits in; it begins full.
  ///   - seconds: now.
  public init(perSecond: Double, burst: Double, at seconds: Double) {
    precondition(perSecond >= 0 && burst >= 0)
    self.perSecond = perSecond
    self.burst = burst
    level = burst
    filledAt = seconds
  }

  /// Whether there is so much in it now.
  public mutating func holds(_ amount: Double, at seconds: Double) -> Bool {
    // A clock that goes back fills nothing.
    level = min(burst, level + perSecond * max(0, seconds - filledAt))
    filledAt = max(filledAt, seconds)
    return level >= amount
  }

  /// Takes what ``holds(_:at:)`` has found to be there.
  public mutating func take(_ amount: Double) {
    level -= amount
  }
}

/// What one peer may send unasked: messages and bytes, each with a burst. Answers to what it was asked for come on top,
/// so that nobody is refused for being fast.
public struct PeerRateLimits: Sendable, Equatable {
  public var messagesPerSecond = 10_000.0
  public var messageBurst = 50_000.0
  public var bytesPerSecond = 64e6
  public var byteBurst = 128e6
  /// Answers that may be outstanding; what is asked for beyond entitles to nothing.
  public var outstandingAnswers = 4096

  public init() {}
}

/// Holds one peer to its limits.
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

  /// Entitles the peer to so many messages, whatever its rate: it was asked for something.
  public mutating func expectAnswers(_ count: Int) {
    answers = min(answers + count, maximumAnswers)
  }

  /// Whether a message of so many bytes is an answer or within both limits; one that is neither costs the peer
  /// nothing.
  public mutating func admits(bytes count: Int, at seconds: Double) -> Bool {
    if answers > 0 {
      answers -= 1
      return true
    }
    // Both, so that neither clock falls behind.
    let isWithin = (messages.holds(1, at: seconds), bytes.holds(Double(count), at: seconds))
    guard isWithin == (true, true) else { return false }
    messages.take(1)
    bytes.take(Double(count))
    return true
  }
}
