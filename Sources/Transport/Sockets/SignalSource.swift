import CZeroMQ
import Foundation
import Synchronization

/// The pipe that signal handlers write to; −1 if there is none.
private let signalPipe = Atomic<Int32>(-1)

/// Delivers signals as input of a loop. Handlers apply to all threads of a process, started before or after;
/// they only write the signal's number into a pipe.
public final class SignalSource: Sendable {
  /// Readable when a signal has arrived.
  public let descriptor: Int32
  private let writer: Int32
  private let signals: [Int32]

  /// Whether this process was started with the signal ignored, as nohup does with SIGHUP.
  public static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Handles the signals until this object is released. At most one exists at a time. SIGHUP stays ignored if
  /// it was.
  ///
  /// - Throws: ``ZeroMQError`` if the process has no file descriptors left.
  public init(_ signals: [Int32]) throws(ZeroMQError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ZeroMQError("creating a pipe for signals") }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, writer) = (ends[0], ends[1])
    self.signals = signals
    signalPipe.store(writer, ordering: .releasing)
    for number in signals {
      if number == SIGHUP, Self.isIgnored(number) { continue }
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        let before = errno
        _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
        errno = before
      }
    }
  }

  deinit {
    for number in signals where !Self.isIgnored(number) { signal(number, SIG_DFL) }
    signalPipe.store(-1, ordering: .releasing)
    close(writer)
    close(descriptor)
  }

  /// The signals that have arrived, in order.
  public func takeAll() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? bytes[..<count].map(Int32.init) : []
  }
}
