import Messaging
import Scheduling
import SweepRecords

/// The coordinator's state of one worker.
struct Peer: Sendable {
  /// Number of its current session; `nil` before it is ready and after it was evicted.
  var worker: WorkerID?
  var host: String
  var pid: Int32
  /// Its slot on its machine, from 1; 0 if unknown.
  var slot = 0
  /// Whether this coordinator started its process. Only these are ever killed, whatever a worker reports.
  var isOwn: Bool
  /// Whether it delivers results but takes no units.
  var deliversOnly: Bool
  var kind: MachineKind
  /// Kind of machine of its plan.
  var planMachine = ""
  var heardAt: Instant
  /// `nil` before its first session.
  var joinedAt: Instant?
  /// Start of its current session, milliseconds since 1970, and whether the ledger has it.
  var sessionTime: Int64?
  var isLogged = false
  /// The stack by which it proves that it sees the archive, from the first welcome that names it; empty if none
  /// does.
  var proof: String?
  /// A stack that it could not read and others could: the next proof.
  var unreadStack: String?
  /// Why it gets no units at present.
  var blindness: Blindness?
  /// How often it was rejected since it last delivered an outcome.
  var timesAway = 0
  /// Number of interferograms whose outcome it delivered.
  var done = 0
  /// The unit that it computes, by its last heartbeat.
  var unit: UInt64?
  /// Its stage, by its last heartbeat.
  var stage = Volcsweep_Stage.idle
  var interferogram: UInt32 = 0
  var residentBytes: UInt64 = 0

  /// For logs and the ledger.
  var name: String { "\(host):\(pid)" }

  /// Its last status, for messages about its eviction.
  var summary: String {
    let megabytes = "\(residentBytes >> 20) MB"
    return stage == .idle ? "\(name), \(megabytes)" : "\(name), \(stage.word), \(megabytes)"
  }
}

/// A worker process that the coordinator started.
struct OwnProcess: Sendable {
  /// Counted from 1; 0 if unknown.
  let slot: Int
  /// The worker; `nil` before its Hello.
  var peer: PeerID?
}

extension Volcsweep_Stage {
  /// The stage as text that follows "while".
  var word: String {
    switch self {
    case .idle: "idle"
    case .loading: "loading the model"
    case .reading: "reading"
    case .gating: "gating"
    case .network: "in the network"
    case .merging: "merging"
    case .UNRECOGNIZED: "at something unknown"
    }
  }
}
