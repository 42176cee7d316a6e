import Scheduling

#if DEBUG
  /// Passes events to a scheduler and its actions back, and may change both: the simulator's planted faults. Debug
  /// builds only.
  package protocol SchedulerWrapper: Sendable {
    /// Has the scheduler handle one event.
    ///
    /// - Parameters:
    ///   - event: from the machine.
    ///   - now: on the machine's monotonic clock.
    ///   - scheduler: the machine's.
    /// - Returns: what the machine carries out, in order.
    func handle(_ event: Event, at now: Instant, by scheduler: inout Scheduler) -> [Action]
  }
#endif
