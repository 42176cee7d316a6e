import Foundation
import Interferometry
import Ledger
import Testing

@testable import SweepHost

/// Real sweeps whose workers do not see the archive, or not all the time.
@Suite(.serialized) struct ArchiveTroubleTests {
  private static let shim = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Shim/failing_reads.c")

  private func expectAllScored(_ bench: SweepBench, _ run: String, _ planned: Int) throws {
    let counts = try Ledger(reading: bench.folder.appending(path: "\(run)/ledger.sqlite").path).counts()
    #expect(counts.planned == planned && counts.scored == planned, "\(counts)")
    #expect(try bench.results(run) == bench.results("calm"))
  }

  private func waitForOutcomes(_ bench: SweepBench, _ run: String, _ count: Int, while sweep: Process) {
    let path = bench.folder.appending(path: "\(run)/ledger.sqlite").path
    for _ in 0..<3000 where sweep.isRunning {
      usleep(20_000)
      if let counts = try? Ledger(reading: path).counts(), counts.planned - counts.open >= count { return }
    }
  }

  @Test func aReadThatFailsNowAndThenCostsNothing() throws {
    let bench = try SweepBench(stacks: 2, pairs: 24)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    let library = bench.folder.appending(path: "failing_reads.so").path
    let compiler = try Process.run(
      URL(filePath: "/usr/bin/cc"), arguments: ["-O1", "-shared", "-fPIC", "-o", library, Self.shim.path, "-ldl"])
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
    bench.furtherEnvironment = ["LD_PRELOAD": library, "FAILING_READS": "40"]
    let swept = try bench.run(["sweep", try bench.job("flaky", "unit-size: 4\n").path, "--workers", "1"])
    #expect(swept.status == 0, "\(swept.output)\(swept.errors)")
    try expectAllScored(bench, "flaky", 48)
  }

  @Test func anArchiveThatIsAwayForAMomentCostsNothing() throws {
    let bench = try SweepBench(stacks: 4, pairs: 12)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    bench.furtherEnvironment = ["VOLCSWEEP_PACE": "60"]
    let sweep = try bench.start(["sweep", try bench.job("away", "unit-size: 2\n").path, "--workers", "2"])
    waitForOutcomes(bench, "away", 6, while: sweep)
    let aside = bench.folder.appending(path: "aside")
    try FileManager.default.moveItem(at: bench.archive, to: aside)
    sleep(3)
    try FileManager.default.moveItem(at: aside, to: bench.archive)
    sweep.waitUntilExit()
    let said = try bench.text("err")
    #expect(sweep.terminationStatus == 0, "\(said)")
    #expect(try bench.text("err").contains("worker suspended"))
    try expectAllScored(bench, "away", 48)
  }

  @Test func anArchiveThatStaysAwayEndsTheSweepAsUnreadableAndTheSameCommandGoesOn() throws {
    let bench = try SweepBench(stacks: 2, pairs: 12)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    bench.furtherEnvironment = ["VOLCSWEEP_PACE": "60"]
    let job = try bench.job("gone", "unit-size: 2\nscheduling:\n  archive-seconds: 3\n").path
    let sweep = try bench.start(["sweep", job, "--workers", "2"])
    waitForOutcomes(bench, "gone", 2, while: sweep)
    let aside = bench.folder.appending(path: "aside")
    try FileManager.default.moveItem(at: bench.archive, to: aside)
    sweep.waitUntilExit()
    let said = try bench.text("err")
    #expect(sweep.terminationStatus == 3, "\(said)")
    let counts = try Ledger(reading: bench.folder.appending(path: "gone/ledger.sqlite").path).counts()
    #expect(counts.rejected == 0 && counts.quarantined == 0 && counts.open == 0, "\(counts)")
    #expect(counts.unreadable > 0 && counts.unreadable + counts.scored == 24, "\(counts)")
    let list = try bench.text("gone/results/interferograms.csv")
    let unreadable = list.split(separator: "\n").filter { $0.contains(",unreadable,") }
    #expect(unreadable.count == counts.unreadable)
    #expect(unreadable.allSatisfy { $0.contains(",\(ReadingTrouble.archive),") }, "\(list)")
    try FileManager.default.moveItem(at: aside, to: bench.archive)
    bench.furtherEnvironment = [:]
    let again = try bench.run(["sweep", job])
    #expect(again.status == 0 && again.errors.contains("\(counts.unreadable) of these could not be read before"))
    try expectAllScored(bench, "gone", 24)
  }

  /// The worker that fails is the fastest, and would draw all the work.
  @Test func aWorkerWithAnEmptyMountBesideAHealthyOneCostsNothing() throws {
    let bench = try SweepBench(stacks: 6, pairs: 6)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    bench.furtherEnvironment = ["VOLCSWEEP_PACE": "60"]
    let sweep = try bench.start(["sweep", try bench.job("blind", "unit-size: 1\n").path, "--workers", "1"])
    waitForOutcomes(bench, "blind", 1, while: sweep)
    let address = try AddressFile(run: bench.folder.appending(path: "blind")).local
    let blind = Process()
    blind.executableURL = URL(filePath: "/usr/bin/unshare")
    blind.arguments = [
      "-m", "sh", "-c", "mount -t tmpfs none \"$0\" && exec \"$1\" worker \"$2\"", bench.archive.path,
      SweepBench.executable.path, address,
    ]
    blind.environment = bench.environment
    let said = bench.folder.appending(path: "blind.err")
    try Data().write(to: said)
    blind.standardError = try FileHandle(forWritingTo: said)
    try blind.run()
    sweep.waitUntilExit()
    blind.waitUntilExit()
    let errors = try bench.text("err")
    #expect(sweep.terminationStatus == 0, "\(errors)")
    #expect(blind.terminationStatus == 0, "it waits, and leaves when the sweep is complete")
    let words = try bench.text("blind.err")
    #expect(words.contains("does not see the planned archive") && words.contains(bench.archive.path), "\(words)")
    #expect(try bench.text("err").contains("worker suspended"))
    try expectAllScored(bench, "blind", 36)
  }

  @Test func aStackThatTheJobNamesAndThatCannotBeReadStopsNoOther() throws {
    let bench = try SweepBench(stacks: 3, pairs: 2)
    let victim = bench.archive.appending(path: bench.header(1).fileName)
    try Data("gone".utf8).write(to: victim)
    let job = try bench.job("named", "volcanoes: [Test 0, Test 1]\n").path
    let swept = try bench.run(["sweep", job])
    #expect(swept.status == 3)
    #expect(swept.errors.contains("skipped, cannot be read: \(victim.path)"), "\(swept.errors)")
    #expect(!swept.errors.contains("has no stack of"))
    #expect(swept.output.contains("2 interferograms: 2 scored, 0 rejected, 0 quarantined"), "\(swept.output)")
    let alone = try bench.run(["sweep", try bench.job("alone", "volcanoes: [Test 1]\n").path])
    #expect(alone.status == 3 && alone.errors.contains("cannot be read: \(victim.path)"), "\(alone.errors)")
    let typo = try bench.run(["sweep", try bench.job("typo", "volcanoes: [Test 9]\n").path])
    #expect(typo.status == 78 && typo.errors.contains("has no stack of test_9"), "\(typo.errors)")
    #expect(typo.errors.contains(victim.path), "it may be what is missing")
  }

  @Test func aNarrowedJobLeavesTheOthersAndAWideOneGoesOnWithThem() throws {
    let bench = try SweepBench(stacks: 3, pairs: 4)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    #expect(try bench.run(["sweep", bench.job("run").path, "--plan-only"]).status == 0)
    let narrow = try bench.run(["sweep", try bench.job("run", "volcanoes: [Test 0]\n").path])
    #expect(narrow.status == 0, "\(narrow.errors)")
    #expect(narrow.errors.contains("4 to do"), "\(narrow.errors)")
    #expect(
      narrow.errors.contains(
        "8 planned interferograms are left open: this job does not select their volcanoes or frames"),
      "\(narrow.errors)")
    #expect(narrow.output.contains("12 interferograms: 4 scored, 0 rejected, 0 quarantined, 8 not yet done"))
    let list = try bench.text("run/results/interferograms.csv").split(separator: "\n")
    #expect(list.count { $0.contains(",open,") } == 8)
    let status = try bench.run(["status", bench.folder.appending(path: "run").path])
    #expect(
      status.output.contains("completed") && status.output.contains("8 not selected by the last job"),
      "\(status.output)")
    #expect(try bench.run(["sweep", bench.job("run").path]).status == 0)
    try expectAllScored(bench, "run", 12)
  }
}
