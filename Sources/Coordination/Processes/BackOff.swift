import struct ProcessResources.ResourceShortage

/// Timeouts and limits of the supervision of local workers.
public struct SupervisionLimits: Sendable {
  /// A worker process that ends sooner, before it started a unit, counts as short-lived.
  public var shortLifeSeconds = 2.0
  /// Short-lived processes in a row before a slot is given up.
  public var maximumShortLives = 8
  /// Pause after a short-lived process; each further one in a row doubles it.
  public var firstPauseSeconds = 0.05
  /// The longest pause.
  public var longestPauseSeconds = 5.0
  /// Deaths in a row without a completed unit, after whatever time, before a slot is given up.
  public var maximumBarrenLives = 16
  /// Longest pause after such deaths; each in a row doubles it.
  public var longestBarrenPauseSeconds = 60.0
  /// Whether a worker that exits with status 0 is restarted.
  public var refillsAfterSuccess = true
  /// Exit status of a worker without a coordinator: its slot is given up at once.
  public var hopelessStatus: Int32?
  /// Processes in a row that started no unit, after whatever time, before a slot is given up; `nil` for no
  /// limit.
  public var maximumFruitlessLives: Int?
  /// Failed starts in a row, for want of threads, descriptors or memory, before a slot is given up.
  public var maximumShortages = 3
  /// Pause after such a failed start.
  public var shortagePauseSeconds = 1.0
  /// Time that a worker left by an earlier coordinator may take to deliver its results and exit.
  public var orphanTimeoutSeconds = 15.0

  public init() {}
}

/// Decides how long a slot stays empty after its worker ended, and when it is given up.
///
/// A worker that ends while it computes says something of the interferogram, which the scheduler follows up; only
/// one that ends before it ever begins says that no worker can work here.
package struct BackOff {
  /// What happens to the slot: it is filled again after a pause, or stays empty for the rest of the sweep.
  package enum Next: Equatable {
    case pause(seconds: Double)
    case giveUp(reason: String)
  }

  private let limits: SupervisionLimits
  private var shortLives = 0
  private var hastyEnds = 0
  private var fruitlessLives = 0
  private var shortages = 0
  private var barrenLives = 0

  package init(_ limits: SupervisionLimits) {
    self.limits = limits
  }

  /// Records the end of the slot's worker and decides what follows.
  ///
  /// - Parameters:
  ///   - end: how the process ended.
  ///   - lifeSeconds: its run time, seconds.
  /// - Returns: a pause in seconds, at least 0, or the reason to give up the slot.
  package mutating func next(after end: ProcessEnd, lifeSeconds: Double) -> Next {
    if let hopeless = limits.hopelessStatus, end.exitStatus == hopeless { return .giveUp(reason: "\(end)") }
    shortages = end.exitStatus == ResourceShortage.exitStatus ? shortages + 1 : 0
    if shortages >= limits.maximumShortages { return .giveUp(reason: "\(end)") }
    if shortages > 0 { return .pause(seconds: limits.shortagePauseSeconds) }
    let hasBegun = end.atHand.map { $0.lease != nil || $0.finishedUnits > 0 } ?? false
    let isShort = lifeSeconds < limits.shortLifeSeconds
    shortLives = isShort && !hasBegun ? shortLives + 1 : 0
    fruitlessLives = hasBegun ? 0 : fruitlessLives + 1
    // A worker that completed units before it ended may be restarted at once.
    hastyEnds = isShort && (end.atHand?.finishedUnits ?? 0) == 0 ? hastyEnds + 1 : 0
    if shortLives >= limits.maximumShortLives {
      return .giveUp(reason: "a worker exited \(shortLives) times right after its start, most recently with \(end)")
    }
    if let maximum = limits.maximumFruitlessLives, fruitlessLives >= maximum {
      return .giveUp(
        reason: "a worker exited \(fruitlessLives) times without receiving a unit, most recently with \(end)")
    }
    // A worker that was ended from outside says nothing about the slot.
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
