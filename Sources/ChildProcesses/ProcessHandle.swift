import CProcess
import Foundation

/// One process, and never another that has its number once it has ended.
public final class ProcessHandle: Sendable {
  public let pid: Int32
  /// −1 where the system has no descriptors of processes; then the number is all there is.
  private let descriptor: Int32

  /// Takes hold of a process that runs; `nil` when there is none.
  ///
  /// - Parameter pid: its number, of which the caller knows that it is still this process's: as its parent that has not
  ///   waited for it, or by looking at it again afterwards.
  public init?(pid: Int32) {
    guard pid > 0 else { return nil }
    self.pid = pid
    descriptor = volcsweep_process_open(pid)
    if descriptor < 0, errno == ESRCH { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Sends a signal.
  ///
  /// - Returns: whether the process was still there.
  @discardableResult public func send(_ signal: Int32) -> Bool {
    (descriptor >= 0 ? volcsweep_process_signal(descriptor, signal) : kill(pid, signal)) == 0
  }
}
