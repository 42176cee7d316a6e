import CProcess
import Foundation

/// A reference to one process that never refers to another process with the same ID.
public final class ProcessHandle: Sendable {
  /// Process ID.
  public let pid: Int32
  /// −1 if the system has no pidfd; then only the ID is used.
  private let descriptor: Int32

  /// Opens a running process; `nil` if there is none.
  ///
  /// - Parameter pid: Its ID. The caller must ensure that it still is this process's: as its parent that has
  ///   not waited for it, or by checking again afterwards.
  public init?(pid: Int32) {
    guard pid > 0 else { return nil }
    self.pid = pid
    descriptor = volcsweep_process_open(pid)
    if descriptor < 0, errno == ESRCH { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Sends a signal.
  ///
  /// - Returns: whether the process still existed.
  @discardableResult public func send(_ signal: Int32) -> Bool {
    (descriptor >= 0 ? volcsweep_process_signal(descriptor, signal) : kill(pid, signal)) == 0
  }
}
