/// Every number that bounds what the scheduler does.
public struct SchedulingLimits: Hashable, Sendable {
  /// Leases a worker holds at once: the one it computes and those it may read ahead for.
  public var window = 2
  /// Leases that a worker holds at once when its units are short.
  public var longestWindow = 64
  /// A worker's window holds as much as it has lately done in this long, within the two numbers above: so much may go
  /// by until an answer to its result has come to it, and so much waits for it at the sweep's end.
  public var aheadSeconds = 0.1
  /// A worker not heard of for this long has lost its leases.
  public var silenceSeconds = 30.0
  /// A worker that beats but makes no progress on one unit for this long hangs.
  public var stallSeconds = 300.0
  /// A lease that its worker's heartbeats have not named for this long goes back: it, or its result, was lost on
  /// the way.
  public var unnamedSeconds = 30.0
  /// A worker that has one lease for this long is given up, whatever its heartbeats say of it: it may step for ever
  /// and never finish. Counts from when the unit is handed out, the wait in the worker's window included.
  public var leaseSeconds = 14_400.0
  /// A unit of several interferograms that cost this many workers is split in halves.
  public var lossesBeforeSplit = 2
  /// An interferogram that, standing alone, cost this many workers is quarantined.
  public var lossesBeforeQuarantine = 3
  /// Faint losses (see ``Loss/Evidence``) that weigh as much as a strong one. A loss whose unit is only guessed is
  /// faint, too.
  public var faintLossesPerLoss = 5
  /// Workers in a row in one place that end without having finished anything, before nothing is leased to that place
  /// for a while.
  public var barrenLivesBeforeRest = 3
  /// The first such rest; each further barren life doubles it.
  public var firstRestSeconds = 1.0
  public var longestRestSeconds = 300.0
  /// Workers in a row that die in one place, or on one machine one after the other, without having finished anything,
  /// before no more are let in from there.
  public var deathsBeforeGivingUp = 16
  /// Machines, and slots of each, that are remembered for their trouble; further ones are not.
  public var maximumTroubledHosts = 20_000
  public var maximumTroubledSlots = 1_100
  /// What is not for everybody waits for so long for the best worker, then goes to any.
  public var pickinessSeconds = 10.0
  /// What one worker rejected waits for so long for the word of another.
  public var claimSeconds = 300.0
  /// Units kept to be computed again by places under suspicion.
  public var probes = 16
  /// Results that wait to be computed again, or compared, at once; what is chosen beyond is not checked.
  public var maximumChecks = 1024
  /// How often a check is handed out at most.
  public var checkTries = 3
  /// How many units are computed again by another worker, and what the choice follows from.
  public var checkFraction = 0.0
  public var checkSeed: UInt64 = 0
  /// Workers that can vouch for each other and reject an interferogram before it is, when they do not agree on the reason.
  public var maximumClaims = 3
  /// Workers sent away that are remembered.
  public var maximumBanned = 10_000
  /// A unit is given up as unreadable when this many workers could not read it, or all that are here.
  public var readersBeforeUnreadable = 8
  /// Tries before that, those of one worker again included.
  public var triesBeforeUnreadable = 6
  /// Stacks that a worker could not read and others did, or one after the other, before it is set aside.
  public var stacksBeforeAside = 3
  /// Units that a worker brings outcomes of before it is forgotten that it failed on stacks which others read.
  public var readsBeforePardon = 100
  /// Workers that lost the archive with a unit in their hands before the unit is given up, each place counted once.
  public var archiveLossesBeforeUnreadable = 10
  /// A worker that failed tries the same unit again after this long, then after twice as long, up to 16 times.
  public var retrySeconds = 0.5
  /// How long an archive that nobody sees is waited for.
  public var archiveSeconds = 60.0
  /// A worker that brought this many results that cannot be is refused from then on.
  public var invalidResults = 3
  /// Time between two events counts for at most this much: when more has passed, the coordinator itself stood still,
  /// and what its workers sent meanwhile has yet to be read.
  public var longestPauseSeconds = 5.0
  /// Workers at once; one more is refused.
  public var maximumWorkers = 10_000
  /// Workers that may hold the same unit at once near the end.
  public var copies = 2
  /// A lease younger than this is not copied.
  public var copyAfterSeconds = 5.0

  public init() {}
}
