import Foundation
import Logging
import Names
import StandardStreams
import Synchronization

/// Output: results on standard output, everything else on standard error.
enum Terminal {
  private struct Voice {
    var format = LogFormat.text
    var command = ""
  }

  private static let voice = Mutex(Voice())
  private static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Whether standard error is a terminal and messages are text.
  static var isInteractive: Bool { isTerminal && voice.withLock { $0.format == .text } }

  /// Determines the format of messages before the command line is parsed: errors in it are messages, too.
  ///
  /// - Parameter arguments: the command line without the program's name.
  static func begin(_ arguments: [String]) {
    let format = LogFormat(arguments: arguments)
    let command = arguments.first { !$0.hasPrefix("-") } ?? ""
    _ = isTerminal
    voice.withLock { $0 = Voice(format: format, command: command) }
    // The process that started a worker in a slot searches the end of its log for the Swift runtime's messages.
    guard format == .json, !arguments.contains("--place") else { return }
    StandardError.capture { JSONLog.line(.error, command: command, $0, [:]) }
  }

  /// Writes a message; errors are ignored. As JSON it is one object, without the command's name as a prefix.
  static func say(_ message: String, _ level: Logger.Level = .notice) {
    let voice = voice.withLock { $0 }
    guard voice.format == .json else { return StandardError.write(VisibleText.lines(message) + "\n") }
    var text = Substring(message)
    for prefix in ["volcsweep \(voice.command): ", "\(voice.command): "] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
    }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { return }
    StandardError.write(JSONLog.line(level, command: voice.command, trimmed, [:]) + "\n")
  }

  /// Asks a question and returns the answer from the same line; only for terminals.
  static func ask(_ question: String) -> String {
    StandardError.write(VisibleText.line(question))
    return readLine() ?? ""
  }

  /// Replaces the current line; only for terminals.
  static func redraw(_ line: String) {
    var size = winsize()
    let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    StandardError.write("\r\u{1B}[2K\(VisibleText.line(line).prefix(width - 1))")
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    if hours > 0 { return "\(hours) h \(minute) min" }
    return minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
  }
}
