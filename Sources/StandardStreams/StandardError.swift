import CProcess
import Foundation
import Synchronization

/// Messages on standard error. Messages that cannot be written are dropped, because no message may stop the
/// work that it reports.
public enum StandardError {
  private struct State {
    var descriptor = STDERR_FILENO
    /// Timeout for a reader that does not read, milliseconds; `nil` for none.
    var timeoutMilliseconds: Int32?
    /// Messages dropped since the reader last read.
    var dropped = 0
    /// Whether the last message was cut, so that the next one must begin a new line.
    var isCut = false
    var capture: LineCapture?
  }

  private static let state = Mutex(State())

  /// Writes a text unchanged; it may be dropped.
  public static func write(_ text: String) {
    state.withLock { state in
      // Do not wait again for a reader that has just timed out.
      let timeoutMilliseconds = state.timeoutMilliseconds.map { state.dropped > 0 ? 0 : $0 }
      let failure = DescriptorWriting.write(
        Array((state.isCut ? "\n" + text : text).utf8), to: state.descriptor,
        waitingMilliseconds: timeoutMilliseconds)
      state.dropped = failure?.code == EAGAIN ? state.dropped + 1 : 0
      state.isCut = failure.map { state.isCut || $0.isCut } ?? false
    }
  }

  /// From now on, messages that are not read within a second are dropped: a stopped terminal, or a pipe to a
  /// hanging program, must not block a process on which others depend.
  public static func dropRatherThanWait() { state.withLock { $0.timeoutMilliseconds = 1000 } }

  /// From now on, each line that a library or the runtime writes to standard error is passed through
  /// `rewrite`. Text from ``write(_:)`` is not.
  ///
  /// If the system lacks the resources for this, lines are unchanged.
  ///
  /// - Parameter rewrite: Converts a line, without its line break.
  public static func capture(_ rewrite: @escaping @Sendable (String) -> String) {
    let isCapturing = state.withLock { $0.capture != nil }
    guard !isCapturing, let capture = LineCapture(rewrite) else { return }
    state.withLock {
      $0.descriptor = capture.original
      $0.capture = capture
    }
    // Forwards the last lines, whatever code ends the process.
    atexit { StandardError.finish() }
  }

  /// From now on, sends standard error, including captured lines, to another file.
  public static func redirect(to file: Int32) {
    state.withLock { state in
      if state.capture == nil {
        _ = dup2(file, STDERR_FILENO)
      } else {
        _ = volcsweep_duplicate(file, state.descriptor)
      }
    }
  }

  /// Ends ``capture(_:)`` after forwarding what has been written. Call it before the process ends or executes
  /// another program.
  public static func finish() {
    let capture = state.withLock { state in
      defer {
        state.descriptor = STDERR_FILENO
        state.capture = nil
      }
      return state.capture
    }
    capture?.finish()
  }

  /// The descriptor to which messages are finally written.
  public static var descriptor: Int32 { state.withLock { $0.descriptor } }
}
