/// A deliberate defect of the scheduler or its surroundings, with which tests show that the simulator detects
/// it. Debug builds only.
package enum Mutation: String, CaseIterable, Sendable {
  /// Of a lost worker's leases only the one being computed is returned.
  case forgetsWindow
  /// A second result of a unit is recorded again.
  case recordsTwice
  /// All units that a lost worker held are blamed.
  case blamesWindow
  /// A lease of an older epoch is taken for one of the current epoch.
  case ignoresEpoch
  /// A lease that its worker does not know of never expires.
  case neverExpires
  /// A lease has no maximum age.
  case neverAges
  /// Idle workers copy a unit without limit.
  case copiesWithoutLimit
  /// The second half of a split unit is lost.
  case losesSecondHalf
  /// The first loss of a single interferogram quarantines it.
  case quarantinesEarly
  /// Interferograms that were never in the lease's unit are recorded.
  case acceptsForeign
  /// The parent of a split unit is forgotten, so its late results are rejected as foreign.
  case forgetsParents
  /// A worker that fell silent keeps its leases.
  case neverEvicts
  /// Results are acknowledged when they arrive.
  case acknowledgesBeforeDurable
  /// A coordinator of an older epoch goes on writing.
  case ignoresFence
  /// Every death counts against an interferogram, whatever the health of the slot.
  case blamesHealthyOnes
  /// A rejection by one worker is recorded without confirmation.
  case believesRejections
  /// A result that another worker contradicts is kept.
  case believesLiars
  /// A unit that a worker returns is not queued again.
  case forgetsReturnedUnits
  /// Workers get units without proof that they see the archive.
  case skipsProofs
  /// An interferogram that one worker could not read is given up.
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
