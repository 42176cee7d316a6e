import Coordination
import Foundation
import Interferometry
import Ledger
import Names
import SweepHost
import SweepRecords
import Tables

/// The state of a run as lines of text.
struct StatusScreen {
  let run: String
  let counts: OutcomeCounts
  /// Status of its last coordinator; `nil` if there is none.
  let status: SweepStatus?
  /// Names of the workers' current interferograms, by number.
  let names: [Int: InterferogramID]
  let failures: [KnownFailure]
  /// `nil` if the sweep stores none.
  let activations: (layer: String, stored: Int, planned: Int)?
  /// Milliseconds since 1970.
  let now: Int64
  /// Whether that coordinator still runs.
  let isRunning: Bool

  /// Reads a run folder.
  ///
  /// - Parameters:
  ///   - run: the folder, as named in messages.
  ///   - limit: number of interferograms without a score to list.
  /// - Returns: its current state.
  /// - Throws: an error if it is not a run, or cannot be read.
  static func read(run: String, failures limit: Int) throws -> StatusScreen {
    let folder = RunFolder(run)
    let status = try StatusFile.read(run: folder.url)
    let ledger = try folder.ledger().snapshot()
    let atHand = Set((status?.workers ?? []).map(\.interferogram).filter { $0 > 0 })
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var counts = try ledger.counts()
    // If the ledger is on the coordinator's disk, the copy here may be some minutes old.
    let isRunning = status.map { CoordinatorWatch(run: folder.url).isRunning($0, at: now) } ?? false
    if let status, isRunning {
      counts.planned = status.interferograms.planned
      counts.scored = status.interferograms.scored
      counts.rejected = status.interferograms.rejected
      counts.unreadable = status.interferograms.unreadable
      counts.quarantined = status.interferograms.quarantined
    }
    return StatusScreen(
      run: run, counts: counts, status: status, names: try ledger.names(ofInterferograms: atHand),
      failures: try ledger.failures(limit: limit), activations: try ledger.storedActivations(), now: now,
      isRunning: isRunning)
  }

  var lines: [String] {
    var lines = ["\(run): \(state)", progress]
    if let status, isRunning {
      lines.append("units: \(status.units.waiting) waiting, \(status.units.leased) leased to workers")
      lines += ["", workers(status)]
    }
    if let activations {
      lines.append(
        "activations: stored for \(activations.stored) of \(activations.planned) interferograms (layer "
          + "\(activations.layer))")
    }
    if !failures.isEmpty {
      lines += ["", "without a score:"]
      for failure in failures {
        lines.append("  \(failure.id) \(failure.kind.rawValue): \(failure.reason)")
        lines += RunLog.files(namedIn: failure.reason, run: run).map { "    worker log: \($0)" }
      }
      let more = counts.rejected + counts.unreadable + counts.quarantined - failures.count
      if more > 0 { lines.append("  and \(more) more; see results/interferograms.csv") }
    }
    return lines.map { VisibleText.lines($0) }
  }

  private var state: String {
    guard let status else {
      return counts.planned == 0 ? "no interferogram is planned" : "planned, not started yet"
    }
    let origin = "coordinator \(status.host):\(status.pid), its \(ordinal(status.epoch)) start"
    let ago = Terminal.duration(Double(max(0, now - status.said)) / 1000)
    switch status.state {
    case .completed: return "completed \(ago) ago"
    case .interrupted: return "interrupted \(ago) ago; run the same sweep command again to continue"
    case _ where !isRunning:
      return "no status for \(ago) from \(origin): it may have crashed; if so, run the sweep command again"
    case .running:
      return "running, \(origin), for \(Terminal.duration(Double(max(0, now - status.started)) / 1000))"
    case .draining: return "stopping, \(origin): workers are finishing their current interferograms"
    case .waitingForDisk: return "waiting, \(origin): the disk of the ledger is full"
    }
  }

  private var progress: String {
    let done = counts.planned - counts.open
    var line = "\(done) of \(counts.planned) interferograms"
    if counts.planned > 0 {
      let fraction = Double(done) / Double(counts.planned)
      line += ", \(fraction < 1 ? String((fraction * 1000).rounded(.down) / 10) : "100") %"
    }
    line += ": \(counts.scored) scored, \(counts.rejected) rejected, \(counts.quarantined) quarantined"
    if counts.unreadable > 0 { line += ", \(counts.unreadable) unreadable" }
    if let left = status?.interferograms.left, left > 0 {
      line += ", \(left) not selected by the last job"
    }
    guard let status, isRunning, status.rate > 0 else { return line }
    line += String(format: "; %.1f/s", status.rate)
    if let left = status.secondsLeft, left > 0 { line += ", \(Terminal.duration(left)) left" }
    return line
  }

  private func workers(_ status: SweepStatus) -> String {
    guard !status.workers.isEmpty else { return "no worker has connected yet" }
    var table = AlignedTable(
      header: ["worker", "where", "state", "unit", "interferogram", "done", "per second", "MiB", "silent"],
      leftAligned: [0, 1, 2, 4])
    for worker in status.workers {
      let name =
        worker.interferogram == 0 ? "" : names[worker.interferogram]?.description ?? "\(worker.interferogram)"
      let state = worker.state.replacing("_", with: " ")
      table.append([
        worker.name, worker.isLocal ? "local" : "remote", worker.stage.isEmpty ? state : worker.stage,
        worker.unit.map { "\($0)" } ?? "", name, "\(worker.done)", String(format: "%.2f", worker.rate),
        "\(worker.residentBytes >> 20)", String(format: "%.0f s", worker.silentSeconds),
      ])
    }
    return table.text
  }

  private func ordinal(_ number: Int) -> String {
    switch number {
    case 1: "first"
    case 2: "second"
    case 3: "third"
    default: "\(number)th"
    }
  }
}
