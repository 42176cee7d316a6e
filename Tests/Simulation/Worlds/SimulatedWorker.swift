import Coordination
import Messaging
import Work

/// A worker's process: the real machine, and a compute thread in virtual time.
final class SimulatedWorker {
  let number: Int
  let place: Place
  let identity: PeerID
  var machine: WorkerMachine
  var compute = SimulatedCompute()
  var isAlive = true
  /// Stopped as by SIGSTOP; what comes meanwhile waits.
  var isStopped = false
  var waiting: [Occurrence] = []
  /// Rises with every interferogram it begins.
  var computation = 0
  /// Ticks since its compute thread hung; those that come while it is stopped do not count.
  var hungTicks = 0
  let slowness: Double
  let isLiar: Bool
  /// What it computes by.
  var plan = ""
  /// A liar that takes units, beats and steps, and never returns one.
  var isHoarder = false
  /// The lie that it tells each time; `nil` for any.
  var favouriteLie: Int?
  /// The coordinator it is connected with.
  var coordinator: Int?

  /// Where a worker is started again when it ends.
  enum Place: Hashable {
    /// By the coordinator, on its machine.
    case local(Int, parent: Int)
    /// By somebody else, elsewhere.
    case remote(Int)
  }

  init(number: Int, place: Place, slowness: Double, isLiar: Bool, isOfOtherKind: Bool, at seconds: Double) {
    self.number = number
    self.place = place
    self.slowness = slowness
    self.isLiar = isLiar
    identity = PeerID(identity: Array("worker \(number)".utf8))
    var introduction = Volcsweep_Hello()
    introduction.host = hostName(place)
    introduction.pid = Int32(number)
    introduction.cpuKind = isOfOtherKind ? "simulated, another" : "simulated"
    compute.isOfOtherKind = isOfOtherKind
    introduction.planMachine = introduction.cpuKind
    var limits = WorkerLimits()
    limits.timeoutSeconds = 60
    limits.orphanSeconds = 20
    limits.drainSeconds = 20
    // The longest pause between two tries, sixteen times this, stays below the time that makes a worker stalled.
    limits.resendSeconds = 1
    machine = WorkerMachine(introduction: introduction, limits: limits, at: seconds)
  }

  /// Its slot on the coordinator's machine, from 1.
  var localSlot: Int? {
    guard case .local(let index, _) = place else { return nil }
    return index + 1
  }

  var parent: Int? {
    guard case .local(_, let parent) = place else { return nil }
    return parent
  }

  var status: ComputeStatus {
    var status = ComputeStatus()
    status.computing = compute.atHand?.lease
    status.progress = compute.progress
    status.stage = compute.atHand == nil ? .idle : .network
    status.interferogram = compute.interferogram?.number ?? 0
    return status
  }
}

private func hostName(_ place: SimulatedWorker.Place) -> String {
  if case .remote(let number) = place { "elsewhere-\(number)" } else { "here" }
}
