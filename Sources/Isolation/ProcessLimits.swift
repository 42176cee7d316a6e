import CProcess
import Foundation

/// Resource limits of a process that opens files from outside.
public struct ProcessLimits: Codable, Hashable, Sendable {
  /// Largest private memory, bytes, however it is allocated.
  public var memoryBytes: UInt64
  /// Largest time per file, seconds.
  public var secondsPerFile: Double

  public init(memoryBytes: UInt64, secondsPerFile: Double) {
    self.memoryBytes = memoryBytes
    self.secondsPerFile = secondsPerFile
  }

  /// Applies the memory limit to the calling process, ties its lifetime to the parent's, and disables core
  /// dumps. Call it before any file is opened.
  public func bindThisProcess() {
    var memory = rlimit(rlim_cur: rlim_t(memoryBytes), rlim_max: rlim_t(memoryBytes))
    _ = setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    _ = volcsweep_end_with_parent()
  }
}
