import Interferometry
import Logging
import Messaging
import Scheduling
import SweepRecords

/// The handling of one input: its time, its cause and the resulting instructions.
struct Step {
  let now: Instant
  let time: Int64
  /// Cause of this step's state changes, for the log of transitions.
  var cause = ""
  /// The result being handled and its sender: each interferogram once, in the result's order.
  var result: (peer: PeerID, outcomes: [RecordedOutcome])?
  /// Whether the result is invalid: wrong shapes, values out of range, NaN.
  var isResultImpossible = false
  /// Workers evicted in this step; their addresses are dropped at its end.
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
