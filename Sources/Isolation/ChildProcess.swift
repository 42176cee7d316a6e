import CProcess
import Foundation

/// A child process of this program that exchanges lines with it: requests on the child's standard input,
/// answers on its standard output. Its standard error is kept for the reason of a crash. Use from one thread
/// at a time; calls block.
public final class ChildProcess {
  /// Result of waiting for a line.
  public enum Answer: Sendable {
    /// A line, without its line break.
    case line(Data)
    /// The child closed its output: it ended, or sends nothing more.
    case closed
    /// The timeout passed; the child still runs.
    case timedOut
  }

  /// Why no child could be started.
  public struct StartFailure: Error, CustomStringConvertible {
    /// Message for the user.
    public let description: String
  }

  /// Longest line that is accepted from a child, bytes.
  static let lineLimit = 256 << 20

  /// Process ID of the child.
  public let pid: Int32
  private var input: Int32
  private let output: Int32
  private let lastWords: Int32
  private var unread: [UInt8] = []
  private var ending: ChildEnding?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: Path of the program.
  ///   - arguments: Arguments, without the program's name.
  ///   - note: A descriptor that the child finds as ``FileNote/childDescriptor``.
  /// - Throws: ``StartFailure``.
  public init(executable: String, arguments: [String], note: Int32? = nil) throws {
    var inputs: [Int32] = [-1, -1]
    var outputs: [Int32] = [-1, -1]
    // A socket, because writing to one whose reader has died can return an error instead of raising a signal.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &inputs) == 0 else {
      throw Self.failure(executable, errno)
    }
    guard pipe2(&outputs, O_CLOEXEC) == 0 else {
      let code = errno
      inputs.forEach { close($0) }
      throw Self.failure(executable, code)
    }
    lastWords = volcsweep_memory_file("last words")
    input = inputs[0]
    output = outputs[0]
    defer { for descriptor in [inputs[1], outputs[1]] { close(descriptor) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inputs[1], 0)
    posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
    if lastWords >= 0 { posix_spawn_file_actions_adddup2(&actions, lastWords, 2) }
    if let note { posix_spawn_file_actions_adddup2(&actions, note, FileNote.childDescriptor) }
    // Crashes on damaged files are expected; a backtrace would only take time.
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, executable, &actions, nil, &words, &settings)
    guard code == 0 else {
      for descriptor in [inputs[0], outputs[0], lastWords] where descriptor >= 0 { close(descriptor) }
      throw Self.failure(executable, code)
    }
    self.pid = pid
  }

  deinit {
    _ = end()
    for descriptor in [input, output, lastWords] where descriptor >= 0 { close(descriptor) }
  }

  /// Sends a line to the child; ignored if it has died.
  public func send(_ line: Data) {
    guard input >= 0 else { return }
    var bytes = Array(line)
    bytes.append(0x0A)
    var start = 0
    while start < bytes.count {
      let written = bytes[start...].withUnsafeBytes {
        Foundation.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return }
      start += written
    }
  }

  /// Closes the child's input: nothing more will be sent.
  public func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for the child's next line, up to a timeout.
  public func nextLine(withinSeconds seconds: Double) -> Answer {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var searched = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = unread[searched...].firstIndex(of: 0x0A) {
        let line = Data(unread[..<end])
        unread.removeSubrange(...end)
        return .line(line)
      }
      searched = unread.count
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      guard left > 0 else { return .timedOut }
      guard searched <= Self.lineLimit else { return .closed }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, Int32(min(left.rounded(.up), 1e6))) > 0 else { continue }
      let count = Foundation.read(output, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return .closed }
      unread += chunk[..<count]
    }
  }

  /// Kills the child if it still runs, and waits for it.
  ///
  /// - Parameter graceSeconds: Time that it may take to exit on its own.
  /// - Returns: how it ended.
  public func end(graceSeconds: Double = 0) -> ChildEnding {
    if let ending { return ending }
    var status: Int32 = 0
    var usage = rusage()
    let deadline = ContinuousClock.now + .seconds(graceSeconds)
    while ContinuousClock.now < deadline {
      if wait4(pid, &status, WNOHANG, &usage) != 0 { return remember(status, usage) }
      usleep(1000)
    }
    kill(pid, SIGKILL)
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    return remember(status, usage)
  }

  /// CPU time used by the child, seconds.
  public var processorSeconds: Double {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    // After the name in parentheses: field 3 is the state, fields 14 and 15 are user and system time.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The last line of the child's standard error; empty if there is none.
  public var lastLine: String {
    guard lastWords >= 0 else { return "" }
    let size = lseek(lastWords, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(lastWords, &bytes, bytes.count, max(0, size - off_t(bytes.count)))
    guard count > 0 else { return "" }
    return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
      ?? ""
  }

  private func remember(_ status: Int32, _ usage: rusage) -> ChildEnding {
    let ending = ChildEnding(status: status, usage: usage)
    self.ending = ending
    return ending
  }

  private static func failure(_ executable: String, _ code: Int32) -> StartFailure {
    StartFailure(
      description: "\(executable): cannot be started as a child process: \(String(cString: strerror(code)))")
  }
}
