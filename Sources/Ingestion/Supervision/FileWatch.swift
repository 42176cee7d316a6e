import Isolation

/// Finds out that a process is stuck with the file at hand. Time in which the watcher itself was stopped, as by Ctrl-Z,
/// does not count.
struct FileWatch {
  static let secondsBetweenLooks = 0.1
  /// What one look can add at most.
  private static let mostSecondsOfALook = 1.0

  let secondsPerFile: Double
  private var steps: UInt64 = 0
  private var seconds = 0.0
  private var processorSecondsAtStart = 0.0
  private var lastLook = ContinuousClock.now

  init(secondsPerFile: Double) {
    self.secondsPerFile = secondsPerFile
  }

  /// Looks at the note.
  ///
  /// - Parameters:
  ///   - content: what it says now.
  ///   - processorSeconds: processor time of the process so far.
  /// - Returns: whether one file has been read for too long, or has taken too much computing while it was written.
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
