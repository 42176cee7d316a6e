import Isolation

/// Detects that a process hangs on the current file. Time in which the watcher itself was stopped, for
/// example by Ctrl-Z, does not count.
struct FileWatch {
  static let secondsBetweenLooks = 0.1
  /// Largest time that one check adds, seconds.
  private static let mostSecondsOfALook = 1.0

  let secondsPerFile: Double
  private var steps: UInt64 = 0
  private var seconds = 0.0
  private var processorSecondsAtStart = 0.0
  private var lastLook = ContinuousClock.now

  init(secondsPerFile: Double) {
    self.secondsPerFile = secondsPerFile
  }

  /// Checks the process.
  ///
  /// - Parameters:
  ///   - content: The process's current note.
  ///   - processorSeconds: CPU time of the process so far.
  /// - Returns: whether reading one file has taken too long, or writing it has used too much CPU time.
  mutating func isOverdue(_ content: FileNote.Content, processorSeconds: () -> Double) -> Bool {
    let now = ContinuousClock.now
    defer { lastLook = now }
    guard content.steps == steps else {
      steps = content.steps
      seconds = 0
      processorSecondsAtStart = processorSeconds()
      return false
    }
    seconds += min((now - lastLook) / .seconds(1), Self.mostSecondsOfALook)
    guard seconds > secondsPerFile else { return false }
    switch content.doing {
    case .nothing: return false
    case .reading: return true
    case .writing: return processorSeconds() - processorSecondsAtStart > secondsPerFile
    }
  }
}
