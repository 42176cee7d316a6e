import CProcess
import Foundation
import Synchronization

/// Messages on standard error. What cannot be written is dropped: no message is worth the work that it is about.
public enum StandardError {
  private struct State {
    var descriptor = STDERR_FILENO
    /// How long a reader that does not read may hold up the process; `nil` for as long as it likes.
    var patienceMilliseconds: Int32?
    /// Messages since the reader last read.
    var dropped = 0
    /// Whether the last message that was written is not whole, so that the next one begins a new line.
    var isCut = false
    var capture: LineCapture?
  }

  private static let state = Mutex(State())

  /// Writes a text as it is; it may be lost.
  public static func write(_ text: String) {
    state.withLock { state in
      // A reader that did not read a moment ago is not waited for again.
      let patience = state.patienceMilliseconds.map { state.dropped > 0 ? 0 : $0 }
      let failure = DescriptorWriting.write(
        Array((state.isCut ? "\n" + text : text).utf8), to: state.descriptor, waitingMilliseconds: patience)
      state.dropped = failure?.code == EAGAIN ? state.dropped + 1 : 0
      state.isCut = failure.map { state.isCut || $0.isCut } ?? false
    }
  }

  /// From now on messages that nobody reads are dropped after a second: a terminal that is stopped, or a pipe to a
  /// program that hangs, must not hold up a process on which others depend.
  public static func dropRatherThanWait() { state.withLock { $0.patienceMilliseconds = 1000 } }

  /// From now on each line that a library or the runtime writes to standard error passes `rewrite` first. What is
  /// written by ``write(_:)`` does not.
  ///
  /// Where the system has no room for that, lines stay as they are.
  ///
  /// - Parameter rewrite: makes a line, without its line break, of another.
  public static func capture(_ rewrite: @escaping @Sendable (String) -> String) {
    let isCapturing = state.withLock { $0.capture != nil }
    guard !isCapturing, let capture = LineCapture(rewrite) else { return }
    state.withLock {
      $0.descriptor = capture.original
      $0.capture = capture
    }
    // Whoever ends the process, the last lines are passed on.
    atexit { StandardError.finish() }
  }

  /// Sends standard error, and all that is captured of it, to another file from now on.
  public static func redirect(to file: Int32) {
    state.withLock { state in
      if state.capture == nil {
        _ = dup2(file, STDERR_FILENO)
      } else {
        _ = volcsweep_duplicate(file, state.descriptor)
      }
    }
  }

  /// Ends what ``capture(_:)`` began, after what was written until now. To be called before the process ends or becomes
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

  /// The descriptor that messages go to in the end.
  public static var descriptor: Int32 { state.withLock { $0.descriptor } }
}
