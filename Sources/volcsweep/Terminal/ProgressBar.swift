import Foundation

/// A command's progress: a bar with rate and remaining time on a terminal, occasional plain lines elsewhere;
/// the last state is always shown. Used by one thread at a time.
final class ProgressBar {
  /// State of the progress.
  struct State {
    var done: Int
    var total: Int
    /// Name of the units counted, plural.
    var unit: String
    /// Units per second; `nil` for the mean since the start.
    var rate: Double?
    /// Additional text.
    var note = ""
  }

  private static let secondsBetweenLines = 10.0
  private static let secondsBetweenBars = 0.1
  private static let width = 24
  private let command: String
  private let start = ContinuousClock.now
  private var shownAt = 0.0
  private var unshown: State?
  private var isBarOpen = false

  /// - Parameter command: prefix of plain lines.
  init(command: String) {
    self.command = command
  }

  func show(_ state: State) {
    unshown = state
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let interval = Terminal.isInteractive ? Self.secondsBetweenBars : Self.secondsBetweenLines
    guard state.done == state.total || seconds - shownAt >= interval else { return }
    draw(state, seconds)
  }

  /// Prints a separate line above the bar.
  func say(_ line: String) {
    if isBarOpen { Terminal.redraw("") }
    Terminal.say((isBarOpen ? "\r" : "") + "\(command): \(line)")
    isBarOpen = false
  }

  /// Shows the last state, unless it is shown already, and ends the bar's line.
  func close() {
    if let unshown { draw(unshown, (ContinuousClock.now - start) / .seconds(1)) }
    if isBarOpen { Terminal.say("") }
    isBarOpen = false
  }

  private func draw(_ state: State, _ seconds: Double) {
    shownAt = seconds
    unshown = nil
    let fraction = state.total > 0 ? Double(state.done) / Double(state.total) : 1
    // Rounded down, so that 100 % only appears when everything is done.
    let percentage = fraction < 1 ? String((fraction * 1000).rounded(.down) / 10) : "100"
    var line = "\(state.done) of \(state.total) \(state.unit), \(percentage) %"
    let rate = state.rate ?? (seconds > 0 ? Double(state.done) / seconds : 0)
    if rate > 0 {
      line += String(format: ", %.1f/s", rate)
      if state.done < state.total { line += ", \(Terminal.duration(Double(state.total - state.done) / rate)) left" }
    }
    if !state.note.isEmpty { line += ", \(state.note)" }
    guard Terminal.isInteractive else { return Terminal.say("\(command): \(line)") }
    let filled = Int(fraction * Double(Self.width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
    Terminal.redraw("\(bar) \(line)")
    isBarOpen = true
  }
}
