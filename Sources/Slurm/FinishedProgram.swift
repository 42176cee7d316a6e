import Foundation

/// A program that has ended, with its output. Background processes that it left running are not
/// waited for, unlike with Foundation's `Process`.
struct FinishedProgram {
  /// Its exit status; 128 + signal number if a signal ended it, as in a shell.
  let status: Int32
  let output: Data
  let errors: Data

  /// The program could not be started: the system's error number.
  struct StartFailure: Error {
    let code: Int32
  }

  /// Runs a program. Blocks.
  ///
  /// - Parameters:
  ///   - name: the program, searched on `PATH`.
  ///   - arguments: its arguments.
  ///   - maximumBytes: limit for standard output and standard error each; the rest is read and
  ///     dropped.
  /// - Throws: ``StartFailure``.
  init(_ name: String, _ arguments: [String], keeping maximumBytes: Int = 1 << 20) throws(StartFailure) {
    var ends: [Int32] = [-1, -1, -1, -1]
    defer { for descriptor in ends where descriptor >= 0 { close(descriptor) } }
    for start in [0, 2] {
      let isMade = ends.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { pipe($0 + start) == 0 }
      }
      guard isMade == true else { throw StartFailure(code: errno) }
    }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[3], STDERR_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, name, &actions, nil, &words, environ)
    guard code == 0 else { throw StartFailure(code: code) }
    for index in [1, 3] {
      close(ends[index])
      ends[index] = -1
    }
    var status: Int32 = 0
    var hasEnded = false
    let texts = PipeReading.all([ends[0], ends[2]], keeping: maximumBytes) {
      if !hasEnded { hasEnded = waitpid(pid, &status, WNOHANG) == pid }
      return hasEnded
    }
    while !hasEnded, waitpid(pid, &status, 0) < 0, errno == EINTR {}
    self.status = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    (output, errors) = (texts[0], texts[1])
  }
}
