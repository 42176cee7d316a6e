import Messaging
import Scheduling

/// What happens next in a world.
enum Occurrence {
  case workerTick(Int)
  case workerLoaded(Int)
  case workerProves(Int, stack: String)
  case interferogramEnds(Int, computation: Int)
  case workerHears(Int, Volcsweep_ToWorker)
  case workerOrphaned(Int)
  case workerStarts(SimulatedWorker.Place)
  case workerGoesOn(Int)
  case workerConnects(Int)
  case linkUp(Int)

  case coordinatorStarts
  case coordinatorTick(Int)
  case coordinatorHears(Volcsweep_ToCoordinator, from: Int)
  case coordinatorWrites(Int)
  case coordinatorSeesEnd(Int, pid: Int32, Loss)
  case coordinatorGoesOn(Int)
  case coordinatorGivesUpDraining(Int)

  case fault
  case diskHasRoom
  case archiveIsBack
  case calm
}
