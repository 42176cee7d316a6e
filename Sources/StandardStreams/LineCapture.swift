import CProcess
import Foundation
import ProcessResources
import Synchronization

/// The read end of the pipe and the target of its lines, for the signal handler; −1 while nothing is
/// captured.
private let capturedPipe = Atomic<Int32>(-1)
private let capturedTarget = Atomic<Int32>(-1)

/// Replaces standard error by a pipe, with a thread that forwards its lines.
final class LineCapture: Sendable {
  /// The original standard error.
  let original: Int32
  private let source: Int32
  private let end = DispatchSemaphore(value: 0)
  private static let longestLine = 1 << 16
  private static let fatal = [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE]
  /// Timeout for forwarding the last lines, seconds.
  private static let lastSeconds = 2.0

  /// - Returns: `nil` if the process has no descriptors or threads left.
  init?(_ rewrite: @escaping @Sendable (String) -> String) {
    var ends: [Int32] = [-1, -1]
    guard volcsweep_pipe(&ends) == 0 else { return nil }
    let original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10)
    guard original >= 0, dup2(ends[1], STDERR_FILENO) >= 0 else {
      for descriptor in ends + [original] where descriptor >= 0 { close(descriptor) }
      return nil
    }
    close(ends[1])
    (self.original, source) = (original, ends[0])
    capturedPipe.store(source, ordering: .releasing)
    capturedTarget.store(original, ordering: .releasing)
    let (source, end) = (source, end)
    do {
      try OwnThread.start("messages") {
        Self.passOn(from: source, to: original, rewrite)
        end.signal()
      }
    } catch {
      dup2(original, STDERR_FILENO)
      for descriptor in [source, original] { close(descriptor) }
      return nil
    }
    for number in Self.fatal { signal(number, Self.passOnAndDie) }
  }

  /// Restores standard error and waits until the last line has been forwarded.
  func finish() {
    dup2(original, STDERR_FILENO)
    for number in Self.fatal { signal(number, SIG_DFL) }
    // A timeout, because a program that was started with the pipe may keep it open.
    _ = end.wait(timeout: .now() + Self.lastSeconds)
    capturedPipe.store(-1, ordering: .releasing)
    capturedTarget.store(-1, ordering: .releasing)
  }

  private static func passOn(
    from source: Int32, to target: Int32, _ rewrite: (String) -> String
  ) {
    var line: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    func pass() {
      let text = String(decoding: line, as: UTF8.self)
      line.removeAll(keepingCapacity: true)
      guard !text.allSatisfy(\.isWhitespace) else { return }
      _ = DescriptorWriting.write(Array((rewrite(text) + "\n").utf8), to: target, waitingMilliseconds: 1000)
    }
    while true {
      let count = read(source, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in chunk[..<count] {
        if byte == UInt8(ascii: "\n") || line.count >= longestLine { pass() }
        if byte != UInt8(ascii: "\n") { line.append(byte) }
      }
    }
    pass()
    close(source)
  }

  /// A crashing process reports the reason just before it ends. The forwarding thread gets up to 0.1 s to
  /// forward it; after that it is written unchanged.
  private static let passOnAndDie: @convention(c) (Int32) -> Void = { number in
    signal(number, SIG_DFL)
    let (source, target) = (
      capturedPipe.load(ordering: .acquiring), capturedTarget.load(ordering: .acquiring)
    )
    dup2(target, STDERR_FILENO)
    usleep(100_000)
    if source >= 0, target >= 0 {
      _ = fcntl(source, F_SETFL, O_NONBLOCK)
      withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
        while case let count = read(source, buffer.baseAddress, buffer.count), count > 0 {
          _ = Foundation.write(target, buffer.baseAddress, count)
        }
      }
    }
    raise(number)
  }
}
