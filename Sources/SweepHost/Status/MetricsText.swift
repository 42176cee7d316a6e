import Coordination
import Foundation
import Names
import Transport

/// A sweep's state in Prometheus text format 0.0.4.
public struct MetricsText: Sendable {
  private var lines: [String] = []

  /// - Parameters:
  ///   - status: the coordinator's status.
  ///   - connections: number of connection events by kind.
  public init(_ status: SweepStatus, connections: [ConnectionEvent: Int] = [:]) {
    let interferograms = status.interferograms
    add(
      "interferograms", "Interferograms of the sweep by outcome.",
      [
        ("outcome=\"open\"", Double(interferograms.open)), ("outcome=\"scored\"", Double(interferograms.scored)),
        ("outcome=\"rejected\"", Double(interferograms.rejected)),
        ("outcome=\"unreadable\"", Double(interferograms.unreadable)),
        ("outcome=\"quarantined\"", Double(interferograms.quarantined)),
      ])
    add(
      "units", "Work units that are not finished.",
      [("state=\"waiting\"", Double(status.units.waiting)), ("state=\"leased\"", Double(status.units.leased))])
    add("interferograms_per_second", "Rate over the last minute.", [("", status.rate)])
    if let left = status.secondsLeft { add("seconds_left", "Estimated from the rate.", [("", left)]) }
    let states = SweepStatus.State.allCases.map {
      ("state=\"\($0.rawValue)\"", status.state == $0 ? 1.0 : 0)
    }
    add("state", "1 for what the coordinator does now.", states)
    add("epoch", "Starts of a coordinator so far.", [("", Double(status.epoch))])
    add("start_time_seconds", "When this coordinator began, since 1970.", [("", Double(status.started) / 1000)])
    add(
      "peak_resident_bytes", "The most memory that any worker has had in use.",
      [("", Double(status.peakResidentBytes))])
    workers(status.workers)
    let events = ConnectionEvent.allCases.map { ("event=\"\($0.rawValue)\"", Double(connections[$0] ?? 0)) }
    add("connections_total", "What happened at the coordinator's door.", events, kind: "counter")
  }

  private mutating func workers(_ workers: [SweepStatus.Worker]) {
    func each(_ value: (SweepStatus.Worker) -> Double) -> [(String, Double)] {
      workers.map { ("worker=\"\(Self.escaped($0.name))\",state=\"\(Self.escaped($0.state))\"", value($0)) }
    }
    add("worker_resident_bytes", "Memory that a worker has in use.", each { Double($0.residentBytes) })
    add("worker_silent_seconds", "Time since a worker's last message.", each(\.silentSeconds))
    add("worker_interferograms", "Interferograms whose outcome came from a worker.", each { Double($0.done) })
    add("worker_interferograms_per_second", "Since the worker joined.", each(\.rate))
  }

  private mutating func add(
    _ name: String, _ help: String, _ samples: [(labels: String, value: Double)], kind: String = "gauge"
  ) {
    guard !samples.isEmpty else { return }
    lines.append("# HELP volcsweep_\(name) \(help)")
    lines.append("# TYPE volcsweep_\(name) \(kind)")
    for sample in samples {
      let labels = sample.labels.isEmpty ? "" : "{\(sample.labels)}"
      lines.append("volcsweep_\(name)\(labels) \(sample.value)")
    }
  }

  /// Escapes a label value.
  static func escaped(_ value: String) -> String {
    var escaped = String.UnicodeScalarView()
    // By Unicode scalars: Swift treats a quote followed by a combining accent as another character.
    for scalar in VisibleText.line(value).unicodeScalars {
      if scalar == "\\" || scalar == "\"" { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  /// The page, lines in a fixed order.
  public var text: String { lines.joined(separator: "\n") + "\n" }
}
