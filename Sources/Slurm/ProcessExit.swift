import Foundation

/// Exit status of a child process, from the kernel. Foundation considers a process running while
/// any descendant holds a descriptor inherited from Foundation, so it would wait for processes left
/// in the background.
enum ProcessExit {
  /// - Returns: the exit status, or 128 + signal number as in a shell; `nil` while the process
  ///   runs. The process is not reaped; that is left to whoever started it.
  static func status(of pid: Int32) -> Int32? {
    var info = siginfo_t()
    guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else {
      // Already reaped: the caller's own record is right.
      return nil
    }
    let child = info._sifields._sigchld
    guard child.si_pid == pid else { return nil }
    return info.si_code == Int32(CLD_EXITED) ? child.si_status : 128 + child.si_status
  }
}
