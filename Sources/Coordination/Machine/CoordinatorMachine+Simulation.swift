import Scheduling

/// Access for the simulator.
extension CoordinatorMachine {
  /// Violated invariants of the scheduler, as texts; empty if all hold.
  package func invariantViolations() -> [String] { scheduler.invariantViolations() }

  #if DEBUG
    /// Introduces a deliberate defect into the scheduler.
    package mutating func mutate(_ mutation: Mutation?) { scheduler.mutation = mutation }
  #endif
}
