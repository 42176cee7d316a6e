import Messaging
import Scheduling
import SweepRecords

/// A worker as its coordinator knows it.
struct Peer: Sendable {
  /// The number of its present stay; `nil` before it is ready and after it was given up.
  var worker: WorkerID?
  var host: String
  var pid: Int32
  /// Its place on its machine, from 1; 0 where it is not known.
  var slot = 0
  /// Whether this coordinator started its process. Only such are ever killed, whatever a worker says of itself.
  var isOwn: Bool
  /// It brings results but takes no units.
  var deliversOnly: Bool
  var kind: MachineKind
  /// The kind of machine that its plan is for.
  var planMachine = ""
  var heardAt: Instant
  /// `nil` before its first stay.
  var joinedAt: Instant?
  /// When its present session began, milliseconds since 1970, and whether the ledger knows of it.
  var sessionTime: Int64?
  var isLogged = false
  /// The stack by which it proves that it sees the archive, from the first welcome that names it; empty where none does.
  var proof: String?
  /// A stack that it could not read and others did: it is to be the next proof.
  var unreadStack: String?
  /// Why it gets no units for now.
  var blindness: Blindness?
  /// How often it was sent away since it last brought an outcome.
  var timesAway = 0
  /// Interferograms whose outcome came from it.
  var done = 0
  /// The unit that it computes, from its last heartbeat.
  var unit: UInt64?
  /// From its last heartbeat.
  var stage = Volcsweep_Stage.idle
  var interferogram: UInt32 = 0
  var residentBytes: UInt64 = 0

  /// For logs and the ledger.
  var name: String { "\(host):\(pid)" }

  /// What it did last, for whoever asks why it was given up.
  var lastWords: String {
    let megabytes = "\(residentBytes >> 20) MB"
    return stage == .idle ? "\(name), \(megabytes)" : "\(name), \(stage.word), \(megabytes)"
  }
}

/// A process that the coordinator started.
struct OwnProcess: Sendable {
  /// From 1; 0 where it is not known.
  let place: Int
  /// Who it turned out to be; `nil` before its Hello.
  var peer: PeerID?
}

extension Volcsweep_Stage {
  /// In words, as in "while …".
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
