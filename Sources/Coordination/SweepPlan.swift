import Interferometry
import Ledger
import Messaging
import Scheduling

/// What is left to do of a sweep, cut into work units.
public struct SweepPlan: Sendable {
  public let units: [WorkUnit]
  private let files: [Int: String]
  private let pairs: [InterferogramNumber: DatePair]

  /// Cuts the ledger's open interferograms into units of at most `unitSize`, each of one stack.
  public init(_ ledger: Ledger, unitSize: Int) throws {
    precondition(unitSize > 0, "a unit holds at least one interferogram")
    files = try ledger.stacks().mapValues(\.file)
    let open = try ledger.openInterferograms()
    pairs = Dictionary(uniqueKeysWithValues: open.map { ($0.number, $0.pair) })
    var units: [WorkUnit] = []
    var start = 0
    while start < open.count {
      let stack = open[start].stack
      var end = start
      while end < open.count, end - start < unitSize, open[end].stack == stack { end += 1 }
      units.append(
        WorkUnit(
          id: UnitID(units.count + 1), stack: stack, interferograms: open[start..<end].map(\.number)))
      start = end
    }
    self.units = units
  }

  /// Interferograms without an outcome.
  public var interferogramCount: Int { pairs.count }

  func assignment(of unit: WorkUnit, _ lease: Lease) -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    assignment.lease = Volcsweep_Lease(lease)
    assignment.stack = files[unit.stack] ?? ""
    assignment.interferograms = unit.interferograms.map { number in
      var planned = Volcsweep_PlannedInterferogram()
      planned.number = UInt32(clamping: number)
      planned.pair = pairs[number]?.description ?? ""
      return planned
    }
    return assignment
  }
}
