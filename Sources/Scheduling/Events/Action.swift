/// An instruction of the scheduler to its caller. Actions are carried out in the order given.
public enum Action: Hashable, Sendable {
  /// Hand the unit to the worker.
  case assign(WorkerID, WorkUnit, Lease)
  /// Write the outcomes of `new`, all that this result decides, then acknowledge the lease. Interferograms of
  /// `decided` already have an outcome: theirs are compared and dropped.
  case record(WorkerID, Lease, new: [InterferogramNumber], decided: [InterferogramNumber])
  /// Store that the worker could not score the interferogram, before its result is acknowledged; another worker
  /// has to confirm it.
  case claim(WorkerID, InterferogramNumber, reason: String)
  /// Compare this result with the known outcomes and answer with ``Event/verdict(_:agrees:)``.
  case compare(WorkerID, Lease)
  /// Two workers disagree about these interferograms and there is no third to ask; the first one's result
  /// counts.
  case dispute(WorkerID, WorkerID, [InterferogramNumber])
  /// The worker's results are wrong. Answer with ``Event/brought(_:_:)``: its results since one was last
  /// confirmed.
  case distrust(WorkerID, reason: String)
  /// The worker's results do not count any more; their interferograms are open again in these units.
  case reopen(WorkerID, [WorkUnit])
  /// The result belongs to no lease of this sweep: record nothing, but acknowledge it so that it is not sent
  /// again.
  case disown(WorkerID, Lease, reason: String)
  /// Tell the worker that the lease is withdrawn.
  case revoke(WorkerID, Lease)
  /// Reject the worker.
  case refuse(WorkerID, reason: String)
  /// The worker counts as lost; kill it if it runs on this machine.
  case evict(WorkerID, cause: String)
  /// Store the unit's blame for a restarted coordinator.
  case blame(UnitID, blame: Int)
  /// Replace the stored losses attributed to an open unit.
  case losses(UnitID, [UnitLoss])
  /// Store that the unit's open interferograms are now in these units, each with this blame.
  case split(UnitID, into: [WorkUnit], blame: Int)
  /// Record that no worker could read the interferogram, with the greatest of the workers' reasons; 0 if they
  /// cannot see the archive.
  case giveUp(InterferogramNumber, WorkerID, Lease, reason: Int)
  /// The worker reads nothing: it gets no units until it has proved that it sees the archive, by reading this
  /// stack if one is named.
  case setAside(WorkerID, stack: Int?, cause: String)
  /// Record that the interferogram, alone in its unit, cost its worker each time.
  case quarantine(InterferogramNumber, WorkerID, Lease, cause: String)
  /// Store a state change of a unit.
  case log(Transition)
  /// Every interferogram has an outcome, or draining is complete.
  case finish
}
