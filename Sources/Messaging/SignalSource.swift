import CZeroMQ
import Foundation

/// Signals as input of a loop instead of interruptions: blocked for the process, read from a descriptor.
public final class SignalSource: Sendable {
  /// Becomes readable when a signal has arrived.
  public let descriptor: Int32

  /// Blocks the signals for the calling thread and all it starts later: call it first, on the main thread.
  ///
  /// - Throws: ``ZeroMQError`` when the process has no file descriptors left.
  public init(_ signals: [Int32]) throws(ZeroMQError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard descriptor >= 0 else { throw ZeroMQError("creating a signal descriptor") }
  }

  deinit {
    close(descriptor)
  }

  /// The signals that have arrived, in order.
  public func takeAll() -> [Int32] {
    var signals: [Int32] = []
    var info = signalfd_siginfo()
    while read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {
      signals.append(Int32(info.ssi_signo))
    }
    return signals
  }
}
