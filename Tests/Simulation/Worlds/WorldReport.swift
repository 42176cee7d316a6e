/// What one world saw.
public struct WorldReport: Sendable {
  public let seed: UInt64
  /// What did not hold, in words; empty when all did.
  public internal(set) var violations: [String] = []
  /// What went wrong in it, by kind.
  public internal(set) var faults: [String: Int] = [:]
  public internal(set) var events = 0
  public internal(set) var virtualSeconds = 0.0
  public internal(set) var interferograms = 0
  public internal(set) var quarantined = 0
  public internal(set) var mostAttempts = 0
  /// Line by line, when it was asked for.
  public internal(set) var trace: [String] = []

  mutating func count(_ fault: String, _ times: Int = 1) {
    faults[fault, default: 0] += times
  }
}
