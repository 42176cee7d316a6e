import Foundation

/// Progress on standard error: a bar with rate and time left on a terminal, else a plain line now and then.
final class ProgressMeter {
  /// Seconds between two plain lines.
  static let plainInterval = 10.0
  /// Seconds between two drawings of the bar.
  static let barInterval = 0.1

  private let unit: String
  private let isTerminal: Bool
  private let start = DispatchTime.now()
  private var lastShown: Double?
  private var isBarOpen = false

  /// - Parameter unit: what is counted, in the plural.
  init(unit: String) {
    self.unit = unit
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Shows how far the work is; the last call has `done == total`.
  func show(done: Int, total: Int, detail: String) {
    let now = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
    let interval = isTerminal ? Self.barInterval : Self.plainInterval
    guard done == total || now - (lastShown ?? -.infinity) >= interval else { return }
    lastShown = now
    let rate = now > 0 ? Double(done) / now : 0
    let percent = total > 0 ? done * 100 / total : 100
    var text = "\(percent) % · \(done) of \(total) \(unit)"
    if rate > 0 { text += String(format: " · %.1f/s", rate) }
    if rate > 0, done < total { text += " · \(Self.duration(Double(total - done) / rate)) left" }
    text += " · \(detail)"
    guard isTerminal else { return write(text + "\n") }
    let filled = total > 0 ? 24 * done / total : 24
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    write("\r\u{1B}[K\(bar) \(text)")
    isBarOpen = true
    if done == total { close() }
  }

  /// Prints a line of its own, above the bar.
  func note(_ text: String) {
    write((isBarOpen ? "\r\u{1B}[K" : "") + text + "\n")
    isBarOpen = false
  }

  /// Ends the bar's line.
  func close() {
    if isBarOpen { write("\n") }
    isBarOpen = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 60
      ? "\(whole) s"
      : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
