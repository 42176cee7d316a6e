import ArgumentParser
import Foundation
import Logging
import Names

/// How log lines look.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json

  /// - Parameter command: who speaks.
  /// - Returns: a logger that writes to standard error.
  func logger(command: String) -> Logger {
    Logger(label: "volcsweep") { _ in
      switch self {
      case .text: TerminalLog(command: command)
      case .json: JSONLog(command: command)
      }
    }
  }
}

/// Log lines for programs: an object a line, with the time in ISO 8601, UTC.
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

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let line = Line(
      time: Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)),
      level: event.level.rawValue, command: command, pid: getpid(), message: "\(event.message)",
      details: all.mapValues { "\($0)" })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(line) else { return }
    Terminal.say(VisibleText.json(String(decoding: bytes, as: UTF8.self)))
  }
}
