import Coordination
import Foundation
import Names
import Transport

/// A sweep's state in the text format of Prometheus (version 0.0.4), by its naming conventions: base units,
/// counters that end in `_total`, label values in lower_snake_case.
public struct MetricsText: Sendable {
  private var lines: [String] = []

  /// - Parameters:
  ///   - status: the coordinator's status.
  ///   - connections: how often each event happened at the coordinator's sockets.
  ///   - candidates: scored interferograms above the candidate threshold; `nil` where it is not known.
  ///   - lastScored: when an interferogram was last scored, milliseconds since 1970; `nil` if none was since this
  ///     coordinator started.
  public init(
    _ status: SweepStatus, connections: [ConnectionEvent: Int] = [:], candidates: Int? = nil,
    lastScored: Int64? = nil
  ) {
    let interferograms = status.interferograms
    add("build_info", "The version of volcsweep; always 1.", [("version=\"\(Version.text)\"", 1)])
    add(
      "interferograms", "Interferograms of the sweep by outcome.",
      [
        ("outcome=\"open\"", Double(interferograms.open)), ("outcome=\"scored\"", Double(interferograms.scored)),
        ("outcome=\"rejected\"", Double(interferograms.rejected)),
        ("outcome=\"unreadable\"", Double(interferograms.unreadable)),
        ("outcome=\"quarantined\"", Double(interferograms.quarantined)),
      ])
    if let candidates {
      add("candidates", "Scored interferograms above the candidate threshold.", [("", Double(candidates))])
    }
    add(
      "units", "Work units that are not finished.",
      [("state=\"waiting\"", Double(status.units.waiting)), ("state=\"leased\"", Double(status.units.leased))])
    add(
      "interferograms_per_second", "Interferograms finished per second over the last minute.", [("", status.rate)])
    if let left = status.secondsLeft {
      add("remaining_seconds", "Estimated time until the sweep is complete.", [("", left)])
    }
    let states = SweepStatus.State.allCases.map {
      ("state=\"\($0.rawValue)\"", status.state == $0 ? 1.0 : 0)
    }
    add("state", "State of the coordinator: 1 for the current state, 0 for the others.", states)
    add(
      "coordinator_starts_total", "Times that a coordinator of this run was started.",
      [("", Double(status.epoch))], kind: "counter")
    add(
      "start_time_seconds", "When this coordinator started, in seconds since 1970.",
      [("", Double(status.started) / 1000)])
    if let lastScored {
      add(
        "last_success_timestamp_seconds", "When an interferogram was last scored, in seconds since 1970.",
        [("", Double(lastScored) / 1000)])
    }
    add(
      "worker_peak_resident_memory_bytes", "Highest resident memory of any worker so far.",
      [("", Double(status.peakResidentBytes))])
    workers(status.workers)
    let events = ConnectionEvent.allCases.map { ("event=\"\($0.label)\"", Double(connections[$0] ?? 0)) }
    add("connection_events_total", "Events at the coordinator's sockets.", events, kind: "counter")
  }

  private mutating func workers(_ workers: [SweepStatus.Worker]) {
    func each(_ value: (SweepStatus.Worker) -> Double) -> [(String, Double)] {
      workers.map { ("worker=\"\(Self.escaped($0.name))\"", value($0)) }
    }
    add(
      "worker_state", "State of a worker: 1 for the current state.",
      workers.map { ("worker=\"\(Self.escaped($0.name))\",state=\"\(Self.escaped($0.state))\"", 1) })
    add("worker_resident_memory_bytes", "Resident memory of a worker.", each { Double($0.residentBytes) })
    add("worker_silent_seconds", "Time since a worker's last message.", each(\.silentSeconds))
    add(
      "worker_interferograms_total", "Interferograms that a worker has finished.", each { Double($0.done) },
      kind: "counter")
    add(
      "worker_interferograms_per_second", "Interferograms finished per second since the worker joined.",
      each(\.rate))
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

extension ConnectionEvent {
  /// The event as a label's value.
  fileprivate var label: String {
    switch self {
    case .accepted: "connection_accepted"
    case .disconnected: "connection_closed"
    case .protocolFailure: "handshake_failed"
    case .unfinishedHandshake: "handshake_timeout"
    case .unlistedKey: "key_not_authorised"
    case .revokedKey: "key_revoked"
    case .foreignIdentity: "identity_of_another_key"
    case .tooFast: "rate_limit_exceeded"
    case .malformedMessage: "malformed_message"
    case .unusableKey: "key_file_unusable"
    }
  }
}
