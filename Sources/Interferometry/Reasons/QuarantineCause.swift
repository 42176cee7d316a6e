/// How an interferogram ended its workers, as a fixed text for result files. The ledger's texts name hosts,
/// processes, memory and durations, which differ from run to run.
public enum QuarantineCause: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case memory = "its worker ran out of memory (memory limit) each time"
  case stalled = "its worker hung each time (no progress for stall-seconds)"
  case silent = "its worker fell silent each time (silent for silence-seconds)"
  case overdue = "its worker held it too long each time (lease-seconds)"
  case invalid = "its worker returned an invalid result each time"
  case abort = "its worker crashed each time (SIGABRT)"
  case bus = "its worker crashed each time (SIGBUS)"
  case arithmetic = "its worker crashed each time (SIGFPE)"
  case instruction = "its worker crashed each time (SIGILL)"
  case segmentation = "its worker crashed each time (SIGSEGV)"
  case trap = "its worker crashed each time (SIGTRAP)"
  case killed = "its worker was killed each time (SIGKILL)"
  case died = "its worker died each time"

  public var description: String { rawValue }

  /// The phrase in the ledger's text for each cause, in the order of the search.
  private static let words: [(String, QuarantineCause)] = [
    ("memory limit", .memory), ("no progress for", .stalled), ("silent for", .silent), ("has had unit", .overdue),
    ("result that cannot be", .invalid), ("invalid result", .invalid), ("SIGABRT", .abort), ("SIGBUS", .bus),
    ("SIGFPE", .arithmetic), ("SIGILL", .instruction), ("SIGSEGV", .segmentation), ("SIGTRAP", .trap),
    ("SIGKILL", .killed),
  ]

  /// The cause that a text of the ledger describes.
  public init(cause: String) {
    // The worker's log follows after the cause and may contain any of these phrases, so it is cut off.
    let ending = cause.firstRange(of: "; its log").map { cause[..<$0.lowerBound] } ?? cause[...]
    self = Self.words.first { ending.contains($0.0) }?.1 ?? .died
  }
}
