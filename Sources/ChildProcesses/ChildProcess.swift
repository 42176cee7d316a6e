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

  /// The number by which a child knows the descriptor that it is given besides the first three.
  public static let passedDescriptor: Int32 = 3

  /// Longest line that is accepted from a child, bytes.
  static let lineLimit = 256 << 20

  /// The process ID of the child; stays the same after it has ended.
  public var pid: Int32 { process.pid }
  private var process: SpawnedProcess
  private var input: Int32
  private let output: Int32
  private let errorOutput: Int32
  private var unread: [UInt8] = []

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: what, and with what.
  ///   - passed: a descriptor that the child finds as ``passedDescriptor``.
  /// - Throws: ``StartFailure``.
  public init(_ program: Program, passing passed: Int32? = nil) throws(StartFailure) {
    var inputs: [Int32] = [-1, -1]
    var outputs: [Int32] = [-1, -1]
    // A socket, because writing to one whose reader has died can return an error instead of raising a signal.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &inputs) == 0 else {
      throw SpawnedProcess.failure(program, errno)
    }
    guard volcsweep_pipe(&outputs) == 0 else {
      let code = errno
      inputs.forEach { close($0) }
      throw SpawnedProcess.failure(program, code)
    }
    errorOutput = volcsweep_memory_file("last words")
    input = inputs[0]
    output = outputs[0]
    defer { for descriptor in [inputs[1], outputs[1]] { close(descriptor) } }
    var descriptors: [(number: Int32, source: Int32)] = [(STDIN_FILENO, inputs[1]), (STDOUT_FILENO, outputs[1])]
    if errorOutput >= 0 { descriptors.append((STDERR_FILENO, errorOutput)) }
    if let passed { descriptors.append((Self.passedDescriptor, passed)) }
    do throws(StartFailure) {
      // The reader of a damaged file may well crash: nobody wants to wait for a backtrace of that.
      let environment = program.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
      process = try SpawnedProcess(
        Program(program.place, program.arguments, environment: environment), descriptors: descriptors)
    } catch {
      for descriptor in [inputs[0], outputs[0], errorOutput] where descriptor >= 0 { close(descriptor) }
      throw error
    }
  }

  deinit {
    _ = end()
    for descriptor in [input, output, errorOutput] where descriptor >= 0 { close(descriptor) }
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
    if let ending = process.ending { return ending }
    let deadline = ContinuousClock.now + .seconds(graceSeconds)
    while ContinuousClock.now < deadline {
      if process.hasEnded() { return process.wait() }
      usleep(1000)
    }
    kill(pid, SIGKILL)
    return process.wait()
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
    guard errorOutput >= 0 else { return "" }
    let size = lseek(errorOutput, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(errorOutput, &bytes, bytes.count, max(0, size - off_t(bytes.count)))
    guard count > 0 else { return "" }
    return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
      ?? ""
  }
}
