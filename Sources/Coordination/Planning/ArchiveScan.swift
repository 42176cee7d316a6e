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
    var seen: (volcanoes: Set<String>, frames: Set<String>) = ([], [])
    for name in files.sorted() where name.hasSuffix(".h5") && !name.hasPrefix(".") {
      try lock.lock(stack: name, for: .reading)
      let path = job.archive.appending(path: name).path
      switch try opener.summary(of: path) {
      case .unreadable(let reason): report.unreadable.append((name, reason))
      case .summary(let stack):
        // A catalogue with two volcanoes of one name gives each a number behind its key; the plain name asks for both.
        let names: Set = [stack.volcanoKey, stack.plainKey]
        seen.volcanoes.formUnion(names)
        seen.frames.insert(stack.frame)
        guard job.volcanoes.isEmpty || !names.isDisjoint(with: job.volcanoes),
          job.frames.isEmpty || job.frames.contains(stack.frame)
        else {
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
        } catch LedgerError.otherSweep(_, let differences) {
          // What is planned of it is rejected by the workers, who are told the grid.
          report.unreadable.append(
            (name, "\(path): \(differences.joined(separator: "; ")): sweep it into another run folder"))
        }
      }
    }
    try check(seen, report)
    return report
  }

  private func check(_ seen: (volcanoes: Set<String>, frames: Set<String>), _ report: PlanningReport) throws {
    let strangers =
      job.volcanoes.filter { !seen.volcanoes.contains($0) } + job.frames.filter { !seen.frames.contains($0) }
    guard strangers.isEmpty else {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) has nothing of \(strangers.joined(separator: ", ")), which "
          + "\(job.file.path) asks for")
    }
    guard !seen.volcanoes.isEmpty || !report.unreadable.isEmpty else {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) holds no stack (*.h5); make some with volcsweep ingest")
    }
  }
}
