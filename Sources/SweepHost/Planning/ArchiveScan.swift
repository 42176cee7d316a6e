import FileReasons
import Foundation
import Interferometry
import Jobs
import Ledger
import Names
import RasterIO
import SweepRecords

/// Scans a job's archive and updates the ledger's plan. Stacks are opened in other processes only.
struct ArchiveScan {
  let job: Job
  let ledger: Ledger
  let lock: ArchiveLock
  let opener: StackOpener
  /// Creates additional openers, for reading pixels.
  let makeOpener: @Sendable () -> StackOpener

  /// Locks each stack for reading and plans its content; stacks that the job does not ask for are unlocked
  /// again.
  ///
  /// - Returns: what was added, and which stacks cannot be read.
  /// - Throws: ``SweepSession/Failure``, `ArchiveLock.Conflict`, `LedgerError`.
  func run() throws -> PlanningReport {
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: job.archive.path)
    } catch {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) "
          + (FileAccess.problem(listing: job.archive.path) ?? "cannot be listed: \(SystemReason.reason(error))"))
    }
    var report = PlanningReport()
    var unread: [UnreadStack] = []
    let known = Dictionary(
      try ledger.stacks().values.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [FoundStack] = []
    var seen: (volcanoes: Set<String>, frames: Set<String>) = ([], [])
    for name in files.sorted() where name.hasSuffix(".h5") && !name.hasPrefix(".") {
      if let problem = PathComponent.problem(name) {
        let shown = VisibleText.line(name)
        report.unreadable.append((shown, "\(job.archive.path)/\(shown): its file name \(problem); rename it"))
        continue
      }
      try lock.lock(stack: name, for: .reading)
      let path = job.archive.appending(path: name).path
      let stamp = FileStamp.of(path)
      switch try opener.summary(of: path) {
      case .unreadable(let reason):
        report.unreadable.append((name, reason))
        unread.append(UnreadStack(file: name, planned: known[name]))
      case .pixels:
        report.unreadable.append((name, "\(path): the process that reads it returned a malformed answer"))
      case .summary(let stack):
        // If the catalogue has two volcanoes of one name, each key gets a number appended; the plain name
        // matches both.
        let names = Set([stack.volcanoKey, stack.plainKey] + (stack.volcanoNumber.map { [String($0)] } ?? []))
        seen.volcanoes.formUnion(names)
        seen.frames.insert(stack.frame)
        guard job.asks(forVolcano: names, frame: stack.frame) else {
          lock.unlock(stack: name)
          continue
        }
        guard let geoTransform = stack.geoTransform else {
          report.unreadable.append((name, "\(path): is not georeferenced"))
          continue
        }
        let planned = PlannedStack(
          file: name, volcano: stack.volcanoKey, volcanoName: stack.volcanoName, frame: stack.frame,
          grid: stack.grid, geoTransform: geoTransform)
        found.append(FoundStack(file: name, path: path, summary: stack, planned: planned, stamp: stamp))
      }
    }
    try check(seen, unread, report)
    report.asked = Set(found.map(\.file))
    try plan(found, in: &report)
    return report
  }

  /// Plans each stack once, and compares earlier plans with the current archive.
  private func plan(_ found: [FoundStack], in report: inout PlanningReport) throws {
    report.leftOut = try ledger.misnamedStacks().map { (file: "", reason: $0.reason) }
    let before = try ledger.stacks()
    let (chosen, refused) = StackChoice.choose(found, planned: before.sorted { $0.key < $1.key }.map(\.value))
    report.leftOut += refused
    let aligned = try ledger.align(with: chosen.map(\.planned))
    let comparison = InputComparison(ledger: ledger, makeOpener: makeOpener)
    for stack in chosen {
      do {
        report.added += try ledger.plan(stack.planned, pairs: stack.summary.keptPairs)
        report.identities[stack.file] = stack.summary.identity
      } catch LedgerError.otherSweep(_, let differences) {
        report.leftOut.append(
          (stack.file, "\(stack.path): \(differences.joined(separator: "; ")); use another run folder for it"))
      }
    }
    try ledger.keep(places: chosen.compactMap(\.summary.volcano))
    let ids = Dictionary(
      try ledger.stacks().map { ($0.value.file, $0.key) }, uniquingKeysWith: { first, _ in first })
    let compared = try comparison.run(
      chosen.compactMap { stack in ids[stack.file].map { ($0, stack) } }, moved: Set(aligned.changed))
    report.changes = compared.changes
    for (file, reason) in compared.troubles {
      report.unreadable.append((file, "its pixels cannot be compared with those that were scored: \(reason)"))
    }
    try comparison.remove(aligned.gone, as: .gone, from: before, in: &report.changes)
    // Stacks planned by older versions that are refused now.
    let refusedFiles = Set(refused.map(\.file))
    let kept = Set(chosen.compactMap { ids[$0.file] })
    let twice = before.filter { refusedFiles.contains($0.value.file) && !kept.contains($0.key) }.keys
    try comparison.remove(
      Set(twice).union(aligned.copies).sorted(), as: .copy, from: before, in: &report.changes)
    report.changes.missing = try missing()
  }

  /// Planned stacks with outcomes, or to be swept, whose files are missing.
  private func missing() throws -> [String] {
    try ledger.stacks().sorted { $0.value.file < $1.value.file }.filter { id, stack in
      let isThere = FileManager.default.fileExists(atPath: job.archive.appending(path: stack.file).path)
      return isThere ? false : try ledger.inputs(ofStack: id).contains { $0.standing != .outside }
    }.map(\.value.file)
  }

  /// Rejects names in the job that match no readable stack, unless an unreadable stack may match: then that one
  /// is reported with its reason, and the rest is swept.
  private func check(
    _ seen: (volcanoes: Set<String>, frames: Set<String>), _ unread: [UnreadStack], _ report: PlanningReport
  ) throws {
    // An unmounted file system looks like this, so a retry may succeed.
    guard !seen.volcanoes.isEmpty || !report.unreadable.isEmpty else {
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) contains no stack (*.h5); create stacks with volcsweep ingest"
      )
    }
    let volcanoes = job.volcanoes.filter { name in
      // The number of an unreadable stack is unknown.
      !seen.volcanoes.contains(name)
        && !unread.contains { Int(name) != nil || $0.volcanoes?.contains(name) ?? true }
    }
    let frames = job.frames.filter { name in
      !seen.frames.contains(name) && !unread.contains { $0.frames?.contains(name) ?? true }
    }
    let strangers = volcanoes + frames
    guard strangers.isEmpty else {
      let names = (seen.volcanoes.sorted() + seen.frames.sorted()).map { (name: $0, shown: $0) }
      throw SweepSession.Failure(
        description: "the archive \(job.archive.path) has no stack of \(strangers.joined(separator: ", ")), which "
          + "\(job.file.path) selects"
          + (report.unreadable.first.map {
            "; \(report.unreadable.count) other stacks cannot be read: \($0.reason)"
          }
            ?? "")
          + NameSuggestions.question(strangers[0], among: names),
        isPermanent: true)
    }
  }
}
