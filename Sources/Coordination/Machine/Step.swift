import Interferometry
import Logging
import Messaging
import Scheduling
import SweepRecords

/// One input's handling: when it is, why it happens, what is to be done.
struct Step {
  let now: Instant
  let time: Int64
  /// Why workers and units fare as they do in this step, for the log of transitions.
  var cause = ""
  /// The result that is being handled, with whom it came from: each interferogram once, in the result's order.
  var result: (peer: PeerID, outcomes: [RecordedOutcome])?
  /// The result's shapes, ranges or numbers are such as no worker can come to.
  var isResultImpossible = false
  /// Workers given up in this step; how to reach them is forgotten at its end.
  var evicted: [WorkerID] = []
  var instructions: [CoordinatorMachine.Instruction] = []

  init(now: Instant, time: Int64) {
    self.now = now
    self.time = time
  }

  mutating func send(_ body: Volcsweep_ToWorker.OneOf_Body, to peer: PeerID) {
    instructions.append(.send(Volcsweep_ToWorker(body), to: peer))
  }

  mutating func report(_ level: Logger.Level, _ text: String, _ metadata: Logger.Metadata = [:]) {
    instructions.append(.report(level, text, metadata))
  }
}
