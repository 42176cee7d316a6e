import Messaging
import Names
import Scheduling

import var Glibc.SIGHUP
import var Glibc.SIGINT
import var Glibc.SIGKILL
import var Glibc.SIGTERM

/// How a worker's process ended, with all that is known of what it was doing.
public struct ProcessEnd: Sendable, CustomStringConvertible {
  /// What ``logTail`` has at most.
  package static let logTailCharacters = 600

  /// The signal that ended it; `nil` when it exited.
  public var signal: Int32?
  /// Its exit status; `nil` if a signal ended it.
  public var exitStatus: Int32?
  /// The last lines of its log, joined by ` | `; empty if there are none.
  public var logTail = ""
  /// Path of its log in the run folder; empty if unknown.
  public var log = ""
  /// What it noted last; `nil` where nothing can be read.
  public var atHand: WorkerActivity?
  /// The most memory it had in use, as far as it could note it, bytes.
  public var peakResidentBytes: Int64?

  public init(
    signal: Int32? = nil, exitStatus: Int32? = nil, logTail: String = "", log: String = "",
    atHand: WorkerActivity? = nil,
    peakResidentBytes: Int64? = nil
  ) {
    self.signal = signal
    self.exitStatus = exitStatus
    self.logTail = logTail
    self.log = log
    self.atHand = atHand
    self.peakResidentBytes = peakResidentBytes
  }

  /// Whether it had a memory limit and ended because an allocation failed.
  public var reachedMemoryLimit: Bool {
    guard let limit = atHand?.memoryLimitBytes, limit > 0 else { return false }
    // Messages of Swift, this program, C++ and the BLAS when an allocation fails.
    let words = [
      "failed to allocate", "Could not allocate memory", "memory limit of", "bad_alloc", "allocation failed",
    ]
    return words.contains { logTail.contains($0) }
  }

  /// What it costs the unit at hand: little where somebody else ended the process.
  package var loss: Loss {
    let isFromOutside = [SIGKILL, SIGTERM, SIGINT, SIGHUP].contains(signal ?? 0)
    return Loss(
      isFromOutside ? .faint : .strong, cause: description, computing: atHand?.lease)
  }

  public var description: String {
    var text = ending
    if reachedMemoryLimit, let limit = atHand?.memoryLimitBytes {
      text = "memory limit of \(limit >> 20) MB reached, \(text)"
    }
    if let atHand, let doing = Self.doing(atHand) { text += " while \(doing)" }
    if let peakResidentBytes { text += ", \(peakResidentBytes >> 20) MB" }
    let name = log.isEmpty ? "" : " (\(log))"
    return logTail.isEmpty ? text : "\(text); its log\(name) ends: \(logTail)"
  }

  private var ending: String {
    if let signal { return "signal \(signal)" + (SignalName.of(signal).map { " (\($0))" } ?? "") }
    return exitStatus.map { "exit status \($0)" } ?? "unknown end"
  }

  private static func doing(_ reading: WorkerActivity) -> String? {
    let stage =
      switch reading.stage {
      case .loading: "loading the model"
      case .reading: "reading"
      case .gating: "gating"
      case .network: "running the network"
      case .merging: "merging"
      case .idle, .UNRECOGNIZED: "idle"
      }
    guard reading.interferogram > 0 else { return stage == "idle" ? nil : stage }
    return stage == "running the network"
      ? "running the network over interferogram \(reading.interferogram) and those after it"
      : "\(stage) interferogram \(reading.interferogram)"
  }
}
