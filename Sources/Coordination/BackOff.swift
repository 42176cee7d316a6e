import ProcessResources

/// How patient the supervision of local workers is.
public struct SupervisionLimits: Sendable {
  /// A worker that ends sooner, and before it began a unit, had a short life.
  public var shortLifeSeconds = 2.0
  /// Short lives in a row after which a place is given up.
  public var maximumShortLives = 8
  /// The pause after one hasty end; each further one in a row doubles it.
  public var firstPauseSeconds = 0.05
  /// The longest pause.
  public var longestPauseSeconds = 5.0
  /// Deaths in a row, of lives however long, in which no unit was finished, after which a place is given up.
  public var maximumBarrenLives = 16
  /// The longest pause after such deaths; each in a row doubles it.
  public var longestBarrenPauseSeconds = 60.0
  /// Whether a worker that ends with status 0 is started again.
  public var refillsAfterSuccess = true
  /// What a worker exits with when there is nobody to work for: its place is given up at once.
  public var hopelessStatus: Int32?
  /// Lives in a row, however long, in which no unit was begun and after which a place is given up; `nil` for any number.
  public var maximumFruitlessLives: Int?
  /// Starts in a row that the system had no threads, descriptors or memory for, after which a place is given up.
  public var maximumShortages = 3
  /// The pause after one of them.
  public var shortagePauseSeconds = 1.0
  /// How long a worker that an earlier coordinator left behind may take to hand over its results and end.
  public var orphanPatienceSeconds = 15.0

  public init() {}
}

/// How long a place stays empty after its worker ended, and when it does for good.
///
/// A worker that ends while it computes says something of the interferogram, which the scheduler follows up; only one
/// that ends before it ever begins says that no worker can work here.
struct BackOff {
  enum Next: Equatable {
    case pause(seconds: Double)
    case giveUp(reason: String)
  }

  private let limits: SupervisionLimits
  private var shortLives = 0
  private var hastyEnds = 0
  private var fruitlessLives = 0
  private var shortages = 0
  private var barrenLives = 0

  init(_ limits: SupervisionLimits) {
    self.limits = limits
  }

  mutating func next(after end: ProcessEnd, lifeSeconds: Double) -> Next {
    if let hopeless = limits.hopelessStatus, end.exitStatus == hopeless { return .giveUp(reason: "\(end)") }
    shortages = end.exitStatus == ResourceShortage.exitStatus ? shortages + 1 : 0
    if shortages >= limits.maximumShortages { return .giveUp(reason: "\(end)") }
    if shortages > 0 { return .pause(seconds: limits.shortagePauseSeconds) }
    let hasBegun = end.atHand.map { $0.lease != nil || $0.finishedUnits > 0 } ?? false
    let isShort = lifeSeconds < limits.shortLifeSeconds
    shortLives = isShort && !hasBegun ? shortLives + 1 : 0
    fruitlessLives = hasBegun ? 0 : fruitlessLives + 1
    // One that did whole units before it ended may start again at once.
    hastyEnds = isShort && (end.atHand?.finishedUnits ?? 0) == 0 ? hastyEnds + 1 : 0
    if shortLives >= limits.maximumShortLives {
      return .giveUp(reason: "a worker exited \(shortLives) times right after its start, most recently with \(end)")
    }
    if let maximum = limits.maximumFruitlessLives, fruitlessLives >= maximum {
      return .giveUp(
        reason: "a worker exited \(fruitlessLives) times without receiving a unit, most recently with \(end)")
    }
    // One that was ended from outside says nothing about the place.
    if (end.atHand?.finishedUnits ?? 0) > 0 || end.exitStatus == 0 {
      barrenLives = 0
    } else if end.loss.evidence == .strong {
      barrenLives += 1
    }
    if barrenLives >= limits.maximumBarrenLives {
      return .giveUp(
        reason: "\(barrenLives) consecutive workers exited without finishing a unit, the last with \(end)")
    }
    return .pause(
      seconds: max(
        pause(after: hastyEnds, longest: limits.longestPauseSeconds),
        pause(after: barrenLives, longest: limits.longestBarrenPauseSeconds)))
  }

  private func pause(after ends: Int, longest: Double) -> Double {
    guard ends > 0 else { return 0 }
    return min(limits.firstPauseSeconds * Double(1 << min(ends - 1, 30)), longest)
  }
}
