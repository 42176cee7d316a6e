import Foundation

/// How a child process ended, as the kernel reports it. Foundation takes a process for running while anything that it
/// started holds the descriptor which it inherited from Foundation, so a program that leaves a process behind would be
/// waited for as long as that one lives.
enum ProcessExit {
  /// - Returns: the exit status, or 128 and the signal's number as in a shell; `nil` while the process runs. The process
  ///   stays to be reaped by whoever started it.
  static func status(of pid: Int32) -> Int32? {
    var info = siginfo_t()
    guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else {
      // Reaped already: the caller's own record of it is right.
      return nil
    }
    let child = info._sifields._sigchld
    guard child.si_pid == pid else { return nil }
    return info.si_code == Int32(CLD_EXITED) ? child.si_status : 128 + child.si_status
  }
}
