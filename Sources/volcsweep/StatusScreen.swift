import Coordination
import Foundation
import Interferometry
import Ledger
import Names
import Tables

/// How a run stands, in lines for people.
struct StatusScreen {
  let run: String
  let counts: OutcomeCounts
  /// What its last coordinator said; `nil` when none has yet.
  let status: SweepStatus?
  /// Names of the interferograms at hand, by their numbers.
  let names: [Int: InterferogramID]
  let failures: [KnownFailure]
  /// `nil` where the sweep stores none.
  let activations: (layer: String, stored: Int, planned: Int)?
  /// Milliseconds since 1970.
  let now: Int64
  /// Whether that coordinator runs.
  let isRunning: Bool

  /// Reads a run folder.
  ///
  /// - Parameters:
  ///   - run: the folder, as it is to be called.
  ///   - limit: how many interferograms without a score to name.
  /// - Returns: how it stands now.
  /// - Throws: what says that it is none, or cannot be read.
  static func read(run: String, failures limit: Int) throws -> StatusScreen {
    let folder = RunFolder(run)
    let status = try StatusFile.read(run: folder.url)
    let ledger = try folder.ledger().snapshot()
    let atHand = Set((status?.workers ?? []).map(\.interferogram).filter { $0 > 0 })
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var counts = try ledger.counts()
    // While the ledger itself is on the coordinator's disk, its copy here is some minutes old.
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
    let place = "coordinator \(status.host):\(status.pid), its \(ordinal(status.epoch)) start"
    let ago = Terminal.duration(Double(max(0, now - status.said)) / 1000)
    switch status.state {
    case .completed: return "completed \(ago) ago"
    case .interrupted: return "interrupted \(ago) ago; run the same sweep command again to continue"
    case _ where !isRunning:
      return "no status for \(ago) from \(place): it may have crashed; if so, run the sweep command again"
    case .running: return "running, \(place), for \(Terminal.duration(Double(max(0, now - status.started)) / 1000))"
    case .draining: return "stopping, \(place): workers are finishing their current interferograms"
    case .waitingForDisk: return "waiting, \(place): the disk of the ledger is full"
    }
  }

  private var progress: String {
    let done = counts.planned - counts.open
    var line = "\(done) of \(counts.planned) interferograms"
    if counts.planned > 0 {
      let share = Double(done) / Double(counts.planned)
      line += ", \(share < 1 ? String((share * 1000).rounded(.down) / 10) : "100") %"
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
