/// What the scheduler wants done, in this order.
public enum Action: Hashable, Sendable {
  /// Hand the unit to the worker.
  case assign(WorkerID, WorkUnit, Lease)
  /// Write the outcomes of `new`, all that this result decides, then acknowledge the lease. Outcomes of
  /// `decided` were there before: they are compared and dropped.
  case record(WorkerID, Lease, new: [InterferogramNumber], decided: [InterferogramNumber])
  /// Keep that the worker could not score the interferogram, before its result is acknowledged; another one has to
  /// confirm it.
  case claim(WorkerID, InterferogramNumber, reason: String)
  /// Compare what this result holds with what is known, and say what came of it by ``Event/verdict(_:agrees:)``.
  case compare(WorkerID, Lease)
  /// Two workers disagree about these interferograms, the first one's word counts, and there is no third to ask.
  case dispute(WorkerID, WorkerID, [InterferogramNumber])
  /// The worker's results are false. Say by ``Event/brought(_:_:)`` what it brought since one of them was last confirmed.
  case distrust(WorkerID, reason: String)
  /// What the worker brought does not count any more; it is in these units.
  case reopen(WorkerID, [WorkUnit])
  /// No lease of this sweep explains the result: nothing of it is recorded, and it is acknowledged so that it is not
  /// sent again.
  case disown(WorkerID, Lease, reason: String)
  /// Tell the worker that the lease is not wanted any more.
  case revoke(WorkerID, Lease)
  /// Tell the worker that there is no place for it.
  case refuse(WorkerID, reason: String)
  /// The worker is given up for dead; kill it if it runs here.
  case evict(WorkerID, cause: String)
  /// Keep the unit's blame, so that a restarted coordinator knows of it.
  case blame(UnitID, blame: Int)
  /// Keep the losses that are put down to an open unit, in the place of those that were kept before.
  case losses(UnitID, [UnitLoss])
  /// Keep that the unit's open interferograms now are in these units, each with this blame.
  case split(UnitID, into: [WorkUnit], blame: Int)
  /// Write that no worker could read the interferogram, for the greatest of the reasons that they had; 0 where they see
  /// no archive.
  case giveUp(InterferogramNumber, WorkerID, Lease, reason: Int)
  /// The worker reads nothing: it gets no more units until it has proved that it sees the archive, by this stack where
  /// one is named.
  case setAside(WorkerID, stack: Int?, cause: String)
  /// Write that the interferogram cost its worker each time, standing alone.
  case quarantine(InterferogramNumber, WorkerID, Lease, cause: String)
  /// Keep what happened to a unit.
  case log(Transition)
  /// Every interferogram has its outcome, or the sweep is drained.
  case finish
}
