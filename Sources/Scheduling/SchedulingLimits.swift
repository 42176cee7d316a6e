/// All limits and timeouts of the scheduler.
public struct SchedulingLimits: Hashable, Sendable {
  /// Leases a worker holds at once: the one it computes and those it may prefetch.
  public var window = 2
  /// Leases a worker holds at once when its units are short.
  public var longestWindow = 64
  /// A worker's window covers as many units as it recently completed in this time, between the two limits
  /// above. This hides the round trip of acknowledgements and bounds the work left in windows at the end of a
  /// sweep.
  public var aheadSeconds = 0.1
  /// A worker that sends no message for this long loses its leases.
  public var silenceSeconds = 30.0
  /// A worker that sends heartbeats but makes no progress on a unit for this long counts as hung.
  public var stallSeconds = 300.0
  /// A lease that its worker's heartbeats do not name for this long is returned: it, or its result, was lost on
  /// the way.
  public var unnamedSeconds = 30.0
  /// A worker that has one lease for this long is given up, whatever its heartbeats say of it: it may step for ever
  /// and never finish. Counts from when the unit is handed out, the wait in the worker's window included.
  public var leaseSeconds = 14_400.0
  /// A unit of several interferograms that cost this many workers is split in halves.
  public var lossesBeforeSplit = 2
  /// An interferogram that, alone in its unit, cost this many workers is quarantined.
  public var lossesBeforeQuarantine = 3
  /// Faint losses (see ``Loss/Evidence``) that weigh as much as a strong one. A loss whose unit is only guessed
  /// is faint, too.
  public var faintLossesPerLoss = 5
  /// Workers in a row that end in one slot without having completed anything, before the slot pauses.
  public var barrenLivesBeforeRest = 3
  /// Length of the first pause; each further such worker doubles it.
  public var firstRestSeconds = 1.0
  /// Upper limit of these pauses.
  public var longestRestSeconds = 300.0
  /// Workers in a row that die in one slot, or on one machine one after the other, without having completed
  /// anything, before workers from there are rejected.
  public var deathsBeforeGivingUp = 16
  /// Machines whose health is tracked; further ones are not.
  public var maximumTroubledHosts = 20_000
  /// Slots of one machine whose health is tracked; further ones are not.
  public var maximumTroubledSlots = 1_100
  /// Time that a restricted unit waits for the best worker before any worker may get it.
  public var pickinessSeconds = 10.0
  /// Time that a rejection waits for confirmation by another worker.
  public var claimSeconds = 300.0
  /// Scored units kept as probes of suspected slots.
  public var probes = 16
  /// Results waiting to be recomputed or compared at once; beyond that, results are not checked.
  public var maximumChecks = 1024
  /// How often one check is assigned at most.
  public var checkTries = 3
  /// Fraction of the units that another worker recomputes, 0…1.
  public var checkFraction = 0.0
  /// Seed from which the choice of these units follows.
  public var checkSeed: UInt64 = 0
  /// Independent workers that must reject an interferogram before the rejection is recorded, if they give
  /// different reasons.
  public var maximumClaims = 3
  /// Banned workers that are remembered.
  public var maximumBanned = 10_000
  /// A unit is given up as unreadable when this many workers could not read it, or all that are connected.
  public var readersBeforeUnreadable = 8
  /// Tries before that, repeated tries of one worker included.
  public var triesBeforeUnreadable = 6
  /// Stacks that a worker could not read and others could, or in a row, before it is set aside.
  public var stacksBeforeAside = 3
  /// Units that a worker must deliver before its failures on stacks that others read are forgotten.
  public var readsBeforePardon = 100
  /// Workers that lost the archive while they held a unit, before the unit is given up; each slot counts once.
  public var archiveLossesBeforeUnreadable = 10
  /// Pause before a worker that failed retries the same unit; it doubles with each try, up to 16 times this.
  public var retrySeconds = 0.5
  /// How long the scheduler waits for an archive that no worker can see.
  public var archiveSeconds = 60.0
  /// A worker that delivered this many invalid results is rejected from then on.
  public var invalidResults = 3
  /// The time between two events counts at most this much: a longer gap means that the coordinator itself was
  /// stopped, and that its workers' messages are still to be read.
  public var longestPauseSeconds = 5.0
  /// Workers connected at once; further ones are rejected.
  public var maximumWorkers = 10_000
  /// Workers that may hold the same unit at once near the end.
  public var copies = 2
  /// Minimum age of a lease before it is copied.
  public var copyAfterSeconds = 5.0

  public init() {}
}
