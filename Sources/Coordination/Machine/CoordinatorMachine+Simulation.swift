import Scheduling

/// Access for the simulator.
extension CoordinatorMachine {
  /// Violated invariants of the scheduler, as texts; empty if all hold.
  package func invariantViolations() -> [String] { scheduler.invariantViolations() }
}
