import Foundation
import GRDB
import Testing

@testable import Ledger

/// What happens to the files of a run while and after it is swept, with the real program.
@Suite(.serialized) struct RunFolderTests {
  private func run(_ bench: SweepBench, _ name: String = "run") -> URL { bench.folder.appending(path: name) }

  @Test func reductionsBesideASweepAndEachOtherAllSucceed() throws {
    let bench = try SweepBench(stacks: 4, pairs: 6)
    let job = try bench.job("run")
    #expect(try bench.run(["sweep", job.path]).status == 0)
    let expected = try bench.results("run")
    try FileManager.default.removeItem(at: run(bench).appending(path: "results"))
    let programs = try (0..<6).map { index in
      try bench.start(index == 0 ? ["sweep", job.path] : ["reduce", run(bench).path])
    }
    for program in programs {
      program.waitUntilExit()
      let said = try bench.text("err")
      #expect(program.terminationStatus == 0, "\(said)")
    }
    #expect(try bench.results("run") == expected)
  }

  @Test(arguments: [0o777, 0o775]) func aRunFolderThatOthersMayWriteIsRefused(_ mode: Int) throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let job = try bench.job("run")
    #expect(try bench.run(["sweep", job.path]).status == 0)
    chmod(run(bench).path, mode_t(mode))
    for arguments in [["sweep", job.path], ["rescore", job.path], ["reduce", run(bench).path]] {
      let refused = try bench.run(arguments)
      #expect(refused.status == 78 && refused.errors.contains("chmod go-w \(run(bench).path)"), "\(refused)")
    }
    #expect(try bench.run(["status", run(bench).path]).status == 0)
    chmod(run(bench).path, 0o755)
    #expect(try bench.run(["sweep", job.path]).status == 0)
  }

  @Test(arguments: [
    "coordinator.lock", "ledger.sqlite", "ledger.sqlite-wal", "results", "results/maps", "logs",
    "logs/worker-1.log",
    "activations", "keys", "slurm", ".results.lock",
  ])
  func aLinkInARunFolderIsNotFollowed(_ name: String) throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let outside = bench.folder.appending(path: "outside")
    let isFolder = !name.contains(".")
    if isFolder {
      mkdir(outside.path, 0o700)
    } else {
      try Data("mine".utf8).write(to: outside)
    }
    let link = run(bench).appending(path: name)
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    chmod(run(bench).path, 0o700)
    symlink(outside.path, link.path)
    let swept = try bench.run(["sweep", bench.job("run", "store-activations: conv6\n").path, "--workers", "1"])
    // A log is met when the first worker starts.
    let status: Int32 = name.hasSuffix(".log") ? 1 : 78
    #expect(swept.status == status && swept.errors.contains(link.lastPathComponent), "\(swept)")
    if isFolder {
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
    } else {
      #expect(try Data(contentsOf: outside) == Data("mine".utf8))
    }
  }

  @Test(arguments: ["status.json", "coordinator.address", "results/volcanoes.csv", "ledger.place"])
  func aLinkThatIsReplacedByAFileLeavesWhatItStoodForAlone(_ name: String) throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let outside = bench.folder.appending(path: "outside")
    try Data("mine".utf8).write(to: outside)
    let link = run(bench).appending(path: name)
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    chmod(run(bench).path, 0o700)
    symlink(outside.path, link.path)
    _ = try bench.run(["sweep", bench.job("run").path])
    #expect(try Data(contentsOf: outside) == Data("mine".utf8))
  }

  @Test func aUnitWithMoreActivationsThanALogMayHoldStoresThemAll() throws {
    let bench = try RescoringBench(stacks: 1, pairs: 120)
    let job = try bench.job("run", "unit-size: 120\n")
    let swept = try bench.sweeps.run(["sweep", job.path, "--workers", "1"])
    #expect(swept.status == 0, "\(swept.errors)")
    let sizes = try bench.activations("run").map { try Data(contentsOf: $0).count }
    #expect(sizes.contains { $0 > 8 << 20 }, "\(sizes)")
    let kept = try bench.column("kept_patches", of: "run").count { $0 != "0" }
    #expect(swept.errors.contains("stored for \(kept) of \(kept) interferograms"), "\(swept.errors)")
    let status = try bench.sweeps.run(["status", bench.run("run").path])
    #expect(status.output.contains("activations: stored for \(kept) of \(kept) interferograms"), "\(status.output)")
  }

  @Test func activationsThatCannotBeStoredAreCountedAndSaidWhy() throws {
    let bench = try RescoringBench(stacks: 1, pairs: 3)
    let folder = bench.run("run").appending(path: "activations")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    chmod(bench.run("run").path, 0o700)
    // A file where the stack's folder is to be.
    let stack = try #require(
      try FileManager.default.contentsOfDirectory(atPath: bench.sweeps.archive.path).first {
        $0.hasSuffix(".h5")
      })
    try Data().write(to: folder.appending(path: String(stack.dropLast(3))))
    let swept = try bench.sweeps.run(["sweep", bench.job("run").path])
    #expect(swept.status == 0, "\(swept.errors)")
    let kept = try bench.column("kept_patches", of: "run").count { $0 != "0" }
    #expect(swept.errors.contains("warning: activations of the layer"), "\(swept.errors)")
    #expect(swept.errors.contains("stored for 0 of \(kept) interferograms"), "\(swept.errors)")
    let logs = bench.run("run").appending(path: "logs")
    let said = try FileManager.default.contentsOfDirectory(atPath: logs.path).filter { $0.hasSuffix(".log") }
      .map { try String(contentsOf: logs.appending(path: $0), encoding: .utf8) }.joined()
    #expect(said.contains("could not be stored:"), "\(said)")
  }

  @Test func aLedgerThatIsDeletedInMidSweepIsSavedAndTheSweepContinuesFromIt() throws {
    let bench = try SweepBench(stacks: 2, pairs: 40)
    bench.furtherEnvironment = ["VOLCSWEEP_PACE": "40"]
    let job = try bench.job("run", "unit-size: 2\n")
    let sweep = try bench.start(["sweep", job.path, "--workers", "2"])
    let ledger = run(bench).appending(path: "ledger.sqlite")
    try waitForResults(run(bench), sweep)
    unlink(ledger.path)
    sweep.waitUntilExit()
    let errors = try bench.text("err")
    #expect(sweep.terminationStatus == 1 && errors.contains("was deleted"), "\(errors)")
    #expect(!errors.contains("are kept"))
    let rescued = try #require(
      try FileManager.default.contentsOfDirectory(atPath: run(bench).path).first {
        $0.contains("rescued")
      })
    for suffix in ["-wal", "-shm"] { unlink(ledger.path + suffix) }
    try FileManager.default.moveItem(at: run(bench).appending(path: rescued), to: ledger)
    #expect(try Ledger(reading: ledger.path).counts().scored >= 4)
    bench.furtherEnvironment = [:]
    #expect(try bench.run(["sweep", job.path]).status == 0)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    #expect(try bench.results("run") == bench.results("calm"))
  }

  @Test func aSweepKilledOnItsScratchDiskContinuesWithoutIt() throws {
    let bench = try SweepBench(stacks: 2, pairs: 20)
    let job = try bench.job("run", "unit-size: 2\n")
    let disk = bench.folder.appending(path: "disk").path
    mkdir(disk, 0o700)
    bench.furtherEnvironment = ["VOLCSWEEP_FAIL_POINT": "write.afterCommit@9"]
    let killed = try bench.run(["sweep", job.path, "--scratch", disk])
    #expect(killed.status == SIGKILL, "\(killed)")
    bench.furtherEnvironment = [:]
    let again = try bench.run(["sweep", job.path])
    #expect(
      again.status == 0 && again.errors.contains("continues from the ledger that was kept in \(disk)"), "\(again)")
    let ledger = try Ledger(reading: run(bench).appending(path: "ledger.sqlite").path)
    let epochs = try ledger.database.read {
      try Int.fetchAll($0, sql: "SELECT DISTINCT epoch FROM execution ORDER BY 1")
    }
    #expect(epochs == [1, 2], "what the first coordinator had acknowledged is not computed again")
    #expect(!FileManager.default.fileExists(atPath: run(bench).appending(path: "ledger.place").path))
  }

  @Test func aFlippedBitInAScoreIsNamedLeftOutAndComputedAgain() throws {
    let bench = try SweepBench(stacks: 2, pairs: 3)
    let job = try bench.job("run")
    #expect(try bench.run(["sweep", job.path]).status == 0)
    let expected = try bench.results("run")
    let sound = try bench.run(["check", run(bench).path])
    #expect(sound.status == 0 && sound.output.contains("no damage found"), "\(sound)")
    let file = run(bench).appending(path: "ledger.sqlite").path
    let queue = try DatabaseQueue(path: file)
    try queue.write { try $0.execute(sql: "UPDATE score SET maximum_probability = 0.98765 WHERE number = 2") }
    try queue.close()
    let checked = try bench.run(["check", run(bench).path])
    #expect(checked.status == 3 && checked.output.contains("does not match its checksum"), "\(checked)")
    let reduced = try bench.run(["reduce", run(bench).path])
    #expect(reduced.status == 3 && reduced.errors.contains("damaged: test_0/"), "\(reduced)")
    #expect(try bench.text("run/results/interferograms.csv").contains(",damaged,"))
    #expect(try !bench.text("run/results/candidates.csv").contains("0.98765"))
    let swept = try bench.run(["sweep", job.path])
    #expect(swept.status == 0 && swept.errors.contains("do not match their checksums"), "\(swept)")
    #expect(try bench.results("run") == expected)
    #expect(try bench.run(["check", run(bench).path]).status == 0)
    try Data("edited".utf8).write(to: run(bench).appending(path: "results/maps/test_0.tif"))
    let edited = try bench.run(["check", run(bench).path])
    #expect(edited.status == 3 && edited.output.contains("maps/test_0.tif is missing or was changed"))
    #expect(try bench.run(["reduce", run(bench).path]).status == 0)
    #expect(try bench.results("run") == expected)
  }

  /// Until a few results are acknowledged.
  private func waitForResults(_ run: URL, _ sweep: Process) throws {
    for _ in 0..<1500 where sweep.isRunning {
      usleep(20_000)
      guard let ledger = try? Ledger(reading: run.appending(path: "ledger.sqlite").path) else { continue }
      if (try? ledger.counts().scored) ?? 0 >= 4 { return }
    }
    Issue.record("no results came")
  }
}
