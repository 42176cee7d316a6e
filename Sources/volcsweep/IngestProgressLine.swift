import Foundation
import Ingestion

/// An ingest's progress: a bar with rate and time left on a terminal, a plain line now and then elsewhere. Files that
/// are rejected get a line of their own at once.
final class IngestProgressLine {
  private static let secondsBetweenLines = 10.0
  private static let secondsBetweenBars = 0.1
  private let start = DispatchTime.now()
  private var lastShown = -Double.infinity
  private var isBarOpen = false

  func show(_ progress: IngestProgress) {
    if let rejected = progress.rejected { sayAbove("rejected: \(rejected.file): \(rejected.reason)") }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
    let interval = Terminal.isInteractive ? Self.secondsBetweenBars : Self.secondsBetweenLines
    let isLast = progress.done == progress.total
    guard isLast || seconds - lastShown >= interval else { return }
    lastShown = seconds
    let line = Self.text(progress, seconds: seconds)
    guard Terminal.isInteractive else { return Terminal.say("ingest: \(line)") }
    let filled = progress.total > 0 ? 24 * progress.done / progress.total : 24
    Terminal.redraw(String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled) + " " + line)
    isBarOpen = true
    if isLast { close() }
  }

  /// Ends the bar's line.
  func close() {
    if isBarOpen { Terminal.say("") }
    isBarOpen = false
  }

  private func sayAbove(_ line: String) {
    if isBarOpen { Terminal.redraw("") }
    Terminal.say((isBarOpen ? "\r" : "") + line)
    isBarOpen = false
  }

  private static func text(_ progress: IngestProgress, seconds: Double) -> String {
    let percentage = progress.total > 0 ? progress.done * 100 / progress.total : 100
    var text = "\(progress.done) of \(progress.total) pairs, \(percentage) %"
    let rate = seconds > 0 ? Double(progress.done) / seconds : 0
    if rate > 0 { text += String(format: ", %.1f a second", rate) }
    if rate > 0, progress.done < progress.total {
      text += ", \(Terminal.duration(Double(progress.total - progress.done) / rate)) left"
    }
    return text + ", frame \(progress.frame), \(progress.added) interferograms added"
  }
}
