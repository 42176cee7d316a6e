import Foundation
import Names

/// Writing to people: results on standard output, everything else on standard error.
enum Terminal {
  static let isInteractive = isatty(STDERR_FILENO) == 1

  static func say(_ line: String) {
    FileHandle.standardError.write(Data((VisibleText.lines(line) + "\n").utf8))
  }

  /// Writes over the line that the cursor is in; only for terminals.
  static func redraw(_ line: String) {
    var size = winsize()
    let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    FileHandle.standardError.write(Data("\r\u{1B}[2K\(VisibleText.line(line).prefix(width - 1))".utf8))
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    if hours > 0 { return "\(hours) h \(minute) min" }
    return minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
  }
}
