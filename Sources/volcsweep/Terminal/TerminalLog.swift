import Foundation
import Logging
import Names
import StandardStreams

/// Log lines for users: above the progress bar on a terminal, without the source location.
struct TerminalLog: LogHandler {
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]
  private let command: String
  private let isTimed: Bool

  init(command: String, isTimed: Bool = false) {
    self.command = command
    self.isTimed = isTimed
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let details = all.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
    let severity = event.level >= .warning ? "\(event.level): " : ""
    let clearing = Terminal.isInteractive ? "\r\u{1B}[2K" : ""
    let words = VisibleText.line("\(command): \(severity)\(event.message)\(details)", limit: 4000)
    let time = isTimed ? "\(Date().ISO8601Format()) " : ""
    StandardError.write("\(clearing)\(time)\(words)\n")
  }
}
