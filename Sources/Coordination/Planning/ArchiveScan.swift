import Foundation
import Interferometry
import Isolation
import Jobs
import Ledger
import RasterIO

/// Looks through a job's archive and brings the ledger's plan up to date. No stack is opened in this process.
struct ArchiveScan {
  let job: Job
  let ledger: Ledger
  let lock: ArchiveLock
  let opener: StackOpener

  /// Locks each stack for reading and plans what it holds; stacks that the job does not ask for are unlocked again.
  ///
  /// - Returns: what was added, and which stacks cannot be read.
  /// - Throws: ``SweepSession/Failure``, `ArchiveLock.Conflict`, `LedgerError`.
  func run() throws -> PlanningReport {
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: job.archive.path)
    } catch {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) cannot be listed: \(error.localizedDescription)")
    }
    var report = PlanningReport()
    var unread: [UnreadStack] = []
    let known = Dictionary(
      try ledger.stacks().values.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: (volcanoes: Set<String>, frames: Set<String>) = ([], [])
    for name in files.sorted() where name.hasSuffix(".h5") && !name.hasPrefix(".") {
      try lock.lock(stack: name, for: .reading)
      let path = job.archive.appending(path: name).path
      switch try opener.summary(of: path) {
      case .unreadable(let reason):
        report.unreadable.append((name, reason))
        unread.append(UnreadStack(file: name, planned: known[name]))
      case .summary(let stack):
        // A catalogue with two volcanoes of one name gives each a number behind its key; the plain name asks for both.
        let names: Set = [stack.volcanoKey, stack.plainKey]
        seen.volcanoes.formUnion(names)
        seen.frames.insert(stack.frame)
        guard job.asks(forVolcano: names, frame: stack.frame) else {
          lock.unlock(stack: name)
          continue
        }
        guard let geoTransform = stack.geoTransform else {
          report.unreadable.append((name, "\(path): does not say where it lies"))
          continue
        }
        let planned = PlannedStack(
          file: name, volcano: stack.volcanoKey, volcanoName: stack.volcanoName, frame: stack.frame,
          grid: stack.grid, geoTransform: geoTransform)
        do {
          report.added += try ledger.plan(planned, pairs: stack.keptPairs)
          report.identities[name] = stack.identity
        } catch LedgerError.otherSweep(_, let differences) {
          // What is planned of it is unreadable to the workers, who are told the grid.
          report.unreadable.append(
            (name, "\(path): \(differences.joined(separator: "; ")): sweep it into another run folder"))
        }
      }
    }
    try check(seen, unread, report)
    return report
  }

  /// What the job names and no stack that can be read holds is refused, unless one that cannot be read may hold it: that
  /// one is reported with its reason, and the rest is swept.
  private func check(
    _ seen: (volcanoes: Set<String>, frames: Set<String>), _ unread: [UnreadStack], _ report: PlanningReport
  ) throws {
    let volcanoes = job.volcanoes.filter { name in
      !seen.volcanoes.contains(name) && !unread.contains { $0.volcanoes?.contains(name) ?? true }
    }
    let frames = job.frames.filter { name in
      !seen.frames.contains(name) && !unread.contains { $0.frames?.contains(name) ?? true }
    }
    guard volcanoes.isEmpty, frames.isEmpty else {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) has nothing of "
          + "\((volcanoes + frames).joined(separator: ", ")), which \(job.file.path) asks for"
          + (report.unreadable.first.map {
            "; of other stacks \(report.unreadable.count) cannot be read: \($0.reason)"
          }
            ?? ""))
    }
    guard !seen.volcanoes.isEmpty || !report.unreadable.isEmpty else {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) holds no stack (*.h5); make some with volcsweep ingest")
    }
  }
}
