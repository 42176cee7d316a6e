import CProcess
import Foundation
import ProcessResources
import Synchronization

/// The pipe's end that is read, and where its lines go, for the handler of signals; −1 while nothing is captured.
private let capturedPipe = Atomic<Int32>(-1)
private let capturedTarget = Atomic<Int32>(-1)

/// A pipe in place of standard error, and the thread that passes its lines on.
final class LineCapture: Sendable {
  /// What standard error was.
  let original: Int32
  private let source: Int32
  private let end = DispatchSemaphore(value: 0)
  private static let longestLine = 1 << 16
  private static let fatal = [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE]
  /// How long the last lines may take.
  private static let lastSeconds = 2.0

  /// - Returns: `nil` where the process has no descriptors or threads left.
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

  /// Puts standard error back, and waits until the last line has been passed on.
  func finish() {
    dup2(original, STDERR_FILENO)
    for number in Self.fatal { signal(number, SIG_DFL) }
    // A program that was started with the pipe may keep it open.
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

  /// A process that crashes says why just before: its words are passed on by the thread that still runs, for a tenth of
  /// a second at most, or else as they are.
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
