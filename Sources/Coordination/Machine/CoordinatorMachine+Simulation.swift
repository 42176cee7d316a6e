import Scheduling

/// What the simulator wants of a coordinator's machine beside its inputs.
extension CoordinatorMachine {
  /// What must hold after every step, in words; empty when all of it does.
  package func invariantViolations() -> [String] { scheduler.invariantViolations() }

  #if DEBUG
    /// Breaks the scheduler on purpose.
    package mutating func mutate(_ mutation: Mutation?) { scheduler.mutation = mutation }
  #endif
}
