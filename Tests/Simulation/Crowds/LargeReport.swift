/// What a large simulation saw.
public struct LargeReport: Sendable {
  /// Events that the scheduler took.
  public var events = 0
  /// Virtual seconds from the first worker to the last outcome.
  public var virtualSeconds = 0.0
  public var recorded = 0
  public var quarantined = 0
  public var splits = 0
  public var leases = 0
  public var mostAttempts = 0
  public var mostWorkers = 0
  public var fullChecks = 0
  /// What was done to workers and messages, by kind, in the order in which it first happened.
  public var faults: [(kind: String, count: Int)] = []
  /// What did not hold; the simulation ends at the first.
  public var violations: [String] = []

  mutating func count(_ kind: String) {
    if let index = faults.firstIndex(where: { $0.kind == kind }) {
      faults[index].count += 1
    } else {
      faults.append((kind, 1))
    }
  }
}
