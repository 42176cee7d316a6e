import ArgumentParser
import Foundation
import Logging
import Names
import StandardStreams

/// Format of messages on standard error.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json

  /// Reads the format from a command line before it is parsed; text by default.
  init(arguments: [String]) {
    let last = arguments.indices.last {
      arguments[$0] == "--log-format" || arguments[$0].hasPrefix("--log-format=")
    }
    self = .text
    guard let last else { return }
    let words = arguments[last].split(separator: "=", maxSplits: 1)
    let value = words.count > 1 ? String(words[1]) : arguments.dropFirst(last + 1).first
    self = value.flatMap(LogFormat.init(rawValue:)) ?? .text
  }

  /// - Parameters:
  ///   - command: prefix of each line.
  ///   - isTimed: whether text lines start with the time, as in files that are read later.
  /// - Returns: a logger that writes to standard error.
  func logger(command: String, isTimed: Bool = false) -> Logger {
    Logger(label: "volcsweep") { _ in
      switch self {
      case .text: TerminalLog(command: command, isTimed: isTimed)
      case .json: JSONLog(command: command)
      }
    }
  }
}

/// Log lines for programs: one object per line, with the time in ISO 8601, UTC.
struct JSONLog: LogHandler {
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]
  private let command: String

  init(command: String) {
    self.command = command
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private struct Line: Encodable {
    let time: String
    let level: String
    let command: String
    let pid: Int32
    let message: String
    let details: [String: String]
  }

  /// One JSON object on one line.
  static func line(_ level: Logger.Level, command: String, _ message: String, _ details: [String: String]) -> String
  {
    let line = Line(
      time: Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)), level: level.rawValue,
      command: command, pid: getpid(), message: message, details: details)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(line) else { return "{}" }
    return VisibleText.json(String(decoding: bytes, as: UTF8.self))
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    StandardError.write(
      Self.line(event.level, command: command, "\(event.message)", all.mapValues { "\($0)" }) + "\n")
  }
}
