import Scheduling

/// How large a sweep is simulated, and what goes wrong in it.
public struct LargeSettings: Sendable {
  public var seed: UInt64 = 1
  public var workers = 10_000
  public var units = 1_000_000
  public var interferogramsPerUnit = 4
  public var unitsPerStack = 50
  /// Interferograms that cost every worker that computes them.
  public var poison = 60
  /// What a unit takes a worker of speed 1.
  public var secondsPerUnit = 20.0
  public var heartbeatSeconds = 10.0
  /// Mean time between crashes, silences, departures and hangs of one worker.
  public var secondsBetweenFaults = 1200.0
  /// How many messages in one are lost.
  public var lossProbability = 0.001
  /// Workers among all that bring foreign results.
  public var liars = 40
  /// Checks of everything, evenly over the sweep.
  public var fullChecks = 20
  public var limits = SchedulingLimits()

  public init() {}
}
