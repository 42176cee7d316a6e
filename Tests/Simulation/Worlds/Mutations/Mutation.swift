import Coordination

/// A fault that the simulator plants in the coordinator or its surroundings; tests show that the oracle notices each.
///
/// Faults that amount to wrong settings are in ``spoil(_:)``. `BrokenScheduler` plants those of the scheduler, in debug
/// builds only. ``acknowledgesBeforeDurable`` and ``ignoresFence`` are in the simulated coordinator itself.
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
  /// The first loss of a single interferogram quarantines it, however faint it is.
  case quarantinesEarly
  /// Results that are rejected as foreign are recorded.
  case acceptsForeign
  /// The parent of a split unit is forgotten, so its late results are rejected as foreign.
  case forgetsParents
  /// A worker that fell silent keeps its leases.
  case neverEvicts
  /// Results are acknowledged when they arrive.
  case acknowledgesBeforeDurable
  /// A coordinator of an older epoch goes on writing.
  case ignoresFence
  /// Every death counts against an interferogram: the health of a slot is never known.
  case blamesHealthyOnes
  /// A rejection by one worker is recorded without confirmation.
  case believesRejections
  /// A result that another worker contradicts is kept.
  case believesLiars
  /// A unit that a worker returns is not queued again.
  case forgetsReturnedUnits
  /// Workers get units without proof that they see the archive.
  case skipsProofs
  /// An interferogram that one machine could not read is given up.
  case givesUpAtOnce
}

extension Mutation {
  /// Plants faults that settings can express. The oracle keeps to the settings of the world.
  func spoil(_ settings: inout CoordinatorSettings) {
    switch self {
    case .neverExpires: settings.limits.unnamedSeconds = Self.foreverSeconds
    case .neverAges: settings.limits.leaseSeconds = Self.foreverSeconds
    case .quarantinesEarly:
      settings.limits.lossesBeforeQuarantine = 1
      settings.limits.faintLossesPerLoss = 1
    case .believesRejections: settings.limits.maximumClaims = 1
    case .givesUpAtOnce:
      settings.limits.triesBeforeUnreadable = 1
      settings.limits.readersBeforeUnreadable = 1
    case .blamesHealthyOnes:
      // Worlds without poison are so lenient that they would hide it.
      settings.limits.lossesBeforeQuarantine = 2
      settings.limits.faintLossesPerLoss = 5
    case .skipsProofs: settings.proofStacks = [:]
    default: break
    }
  }

  /// Longer than any world, and short enough for nanoseconds in 64 bits.
  private static let foreverSeconds = 1e9
}
