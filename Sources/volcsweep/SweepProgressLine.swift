import Coordination
import Foundation

/// A sweep's progress: a bar with rate and time left on a terminal, a plain line now and then elsewhere. Ends at
/// 100 % when the sweep does.
final class SweepProgressLine {
  private static let secondsBetweenLines = 10.0
  private var lastLine = 0.0
  private var lastPercentage = -1.0

  func show(_ progress: SweepProgress, isLast: Bool = false) {
    let counts = progress.counts
    let done = counts.planned - counts.open
    let share = counts.planned > 0 ? Double(done) / Double(counts.planned) : 1
    // Rounded down, so that 100 % is said only when all is done.
    let percentage = (share * 1000).rounded(.down) / 10
    var line = "\(done) of \(counts.planned) interferograms, \(percentage) %"
    if progress.rate > 0 { line += String(format: ", %.1f a second", progress.rate) }
    if counts.open > 0, let left = progress.remainingSeconds { line += ", \(Terminal.duration(left)) left" }
    if counts.rejected > 0 { line += ", \(counts.rejected) rejected" }
    if counts.quarantined > 0 { line += ", \(counts.quarantined) quarantined" }
    line += ", \(progress.workers) \(progress.workers == 1 ? "worker" : "workers")"
    if Terminal.isInteractive {
      let filled = Int(share * 24)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      Terminal.redraw("\(bar) \(line)")
      if isLast { Terminal.say("") }
    } else if isLast ? percentage != lastPercentage : progress.elapsedSeconds - lastLine >= Self.secondsBetweenLines
    {
      lastLine = progress.elapsedSeconds
      lastPercentage = percentage
      Terminal.say("sweep: \(line)")
    }
  }
}
