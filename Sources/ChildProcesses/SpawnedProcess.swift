import Foundation

/// A process that `posix_spawn` started and that is waited for here: the low part of ``ChildProcess`` and
/// ``FinishedProgram``.
///
/// swift-subprocess does not serve them: on Linux it passes a child no descriptor beside the first three, tells
/// nothing of the memory that one used, and is asynchronous, while both are for callers that block.
struct SpawnedProcess {
  let pid: Int32
  /// `nil` as long as it is not known to have ended.
  private(set) var ending: ChildEnding?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: what, and with what.
  ///   - descriptors: the program's descriptors by number, each with the one of this process that it is a copy of.
  ///     Without one for 0 it has nothing to read.
  /// - Throws: ``StartFailure``.
  init(_ program: Program, descriptors: [(number: Int32, source: Int32)]) throws(StartFailure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if !descriptors.contains(where: { $0.number == STDIN_FILENO }) {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    for (number, source) in descriptors { posix_spawn_file_actions_adddup2(&actions, source, number) }
    var words: [UnsafeMutablePointer<CChar>?] =
      ([program.executable] + program.arguments).map { strdup($0) } + [nil]
    // An environment that nothing is added to is handed on byte for byte.
    let environment =
      program.environment.isEmpty ? [:] : ProcessInfo.processInfo.environment.merging(program.environment) { $1 }
    var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var pid: pid_t = 0
    let code = settings.withUnsafeMutableBufferPointer { buffer in
      let settings = environment.isEmpty ? environ : buffer.baseAddress
      return switch program.place {
      case .path(let path): posix_spawn(&pid, path, &actions, nil, &words, settings)
      case .name(let name): posix_spawnp(&pid, name, &actions, nil, &words, settings)
      }
    }
    guard code == 0 else { throw Self.failure(program, code) }
    self.pid = pid
  }

  static func failure(_ program: Program, _ code: Int32) -> StartFailure {
    StartFailure(
      description:
        "\(program.executable): cannot be started as a child process: \(String(cString: strerror(code)))",
      code: code)
  }

  /// Whether it has ended. Does not block.
  mutating func hasEnded() -> Bool {
    if ending != nil { return true }
    var (status, usage) = (Int32(0), rusage())
    guard wait4(pid, &status, WNOHANG, &usage) != 0 else { return false }
    ending = ChildEnding(status: status, usage: usage)
    return true
  }

  /// Waits for its end. Blocks.
  mutating func wait() -> ChildEnding {
    if let ending { return ending }
    var (status, usage) = (Int32(0), rusage())
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    let ending = ChildEnding(status: status, usage: usage)
    self.ending = ending
    return ending
  }
}
