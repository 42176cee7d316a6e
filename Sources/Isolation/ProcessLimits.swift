import CProcess
import Foundation

/// What a process that opens other people's files may use.
public struct ProcessLimits: Codable, Hashable, Sendable {
  /// Most private memory in bytes, however it is asked for.
  public var memoryBytes: UInt64
  /// Most seconds of one file.
  public var secondsPerFile: Double

  public init(memoryBytes: UInt64, secondsPerFile: Double) {
    self.memoryBytes = memoryBytes
    self.secondsPerFile = secondsPerFile
  }

  /// Binds the calling process to its memory limit and its life to the parent's, and keeps it from leaving core dumps.
  /// A process calls it before it opens anything.
  public func bindThisProcess() {
    var memory = rlimit(rlim_cur: rlim_t(memoryBytes), rlim_max: rlim_t(memoryBytes))
    _ = setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    _ = volcsweep_end_with_parent()
  }
}
