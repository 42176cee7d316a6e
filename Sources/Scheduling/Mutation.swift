/// A way to break the scheduler or what is around it on purpose, so that the simulator can show that it would notice.
/// Only debug builds can be broken.
package enum Mutation: String, CaseIterable, Sendable {
  /// Of a lost worker's leases only the one that it computed goes back.
  case forgetsWindow
  /// A result that comes second is recorded again.
  case recordsTwice
  /// Whatever a lost worker held is blamed.
  case blamesWindow
  /// A lease of an older epoch is taken for one of this.
  case ignoresEpoch
  /// A lease that its worker does not know of stays with it.
  case neverExpires
  /// A lease may be as old as its worker likes.
  case neverAges
  /// Idle workers copy a unit without end.
  case copiesWithoutLimit
  /// The second half of a split unit is forgotten.
  case losesSecondHalf
  /// The first loss of what stands alone has it quarantined.
  case quarantinesEarly
  /// Interferograms that never were in the lease's unit are recorded.
  case acceptsForeign
  /// What a unit was split from is forgotten: late results of it are taken for foreign.
  case forgetsParents
  /// A worker that fell silent keeps its leases.
  case neverEvicts
  /// Results are acknowledged when they arrive.
  case acknowledgesBeforeDurable
  /// A coordinator of an older epoch goes on writing.
  case ignoresFence
  /// Every death counts against an interferogram, whatever the place.
  case blamesHealthyOnes
  /// What one worker rejects is rejected.
  case believesRejections
  /// A result that another worker does not confirm is kept.
  case believesLiars
  /// A unit that comes back from a worker does not get back into the queue.
  case forgetsReturnedUnits
  /// Workers get units whatever they saw of the archive.
  case skipsProofs
  /// What one worker could not read is given up.
  case givesUpAtOnce
}

extension Scheduler {
  /// Always false in release builds.
  @inline(__always) func isBroken(_ mutation: Mutation) -> Bool {
    #if DEBUG
      self.mutation == mutation
    #else
      false
    #endif
  }
}
