import Foundation

/// A process that the harness started: it knows it by its number and reaps it itself.
final class Program {
  /// How a process ended.
  enum Ending: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(Int32)

    var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .killed(let signal): "signal \(signal)"
      }
    }
  }

  struct NotStarted: Error, CustomStringConvertible {
    let description: String
  }

  let pid: Int32
  private(set) var ending: Ending?

  /// Starts a program with its output appended to files.
  ///
  /// - Throws: ``NotStarted``.
  init(
    _ executable: String, _ arguments: [String], output: URL, errors: URL,
    environment: [String: String] = [:]
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, file) in [(Int32(1), output), (2, errors)] {
      posix_spawn_file_actions_addopen(&actions, descriptor, file.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What the test process blocks or ignores is its own matter.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    posix_spawnattr_setsigmask(&attributes, &defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    // All sweeps compute by one plan, and none is over before its trouble has come.
    let common = [
      "XDG_CACHE_HOME": try ChaosRoot.shared().folder.appending(path: "cache").path,
      "VOLCSWEEP_PACE": "\(ChaosSettings.millisecondsEach)",
    ]
    let all = ProcessInfo.processInfo.environment.merging(common) { $1 }.merging(environment) { $1 }
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = all.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, executable, &actions, &attributes, &words, &variables)
    guard status == 0 else {
      throw NotStarted(description: "\(executable) cannot be started: \(String(cString: strerror(status)))")
    }
    self.pid = pid
  }

  deinit { end() }

  /// Whether it runs, or is stopped, still.
  var isRunning: Bool {
    guard ending == nil else { return false }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return true }
    let signal = status & 0x7f
    ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
    return false
  }

  /// - Returns: whether it was there to be sent a signal.
  @discardableResult func send(_ signal: Int32) -> Bool {
    // Not reaped yet, so the number is still its own.
    guard isRunning else { return false }
    return kill(pid, signal) == 0
  }

  /// Blocks until it has ended.
  ///
  /// - Throws: ``TimeLimit``.
  @discardableResult func wait(within seconds: Double = ChaosSettings.timeoutSeconds) throws -> Ending? {
    try until("process \(pid) ends", within: seconds) { !isRunning }
    return ending
  }

  /// Kills and reaps it.
  func end() {
    while isRunning {
      kill(pid, SIGKILL)
      usleep(1000)
    }
  }
}
