import Foundation
import Interferometry
import Ledger
import SweepRecords
import Testing

@testable import Coordination
@testable import SweepHost

/// What a run says of itself, on real processes.
@Suite(.serialized) struct StatusTests {
  private func status(_ bench: SweepBench, _ run: String) throws -> [String: Any] {
    let said = try bench.run(["status", bench.folder.appending(path: run).path, "--json"])
    #expect(said.status == 0, "\(said.errors)")
    let document = try JSONSerialization.jsonObject(with: Data(said.output.utf8))
    return try #require(document as? [String: Any])
  }

  @Test func aRunIsSeenFromItsPlanToItsEnd() throws {
    let bench = try SweepBench(stacks: 4, pairs: 60)
    let job = try bench.job("seen", "unit-size: 4\n").path
    let stranger = try bench.run(["status", bench.folder.appending(path: "nowhere").path])
    #expect(
      stranger.status == 1 && stranger.errors.contains("the run folder \(bench.folder.path)/nowhere does not exist")
    )
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    let planned = try status(bench, "seen")
    #expect(planned["running"] as? Bool == false && planned["open"] as? Int == 240)
    #expect(planned["coordinator"] == nil)

    let sweep = try bench.start(["sweep", job, "--workers", "2"])
    var seen: [String: Any] = [:]
    var workers: [[String: Any]] = []
    for _ in 0..<600 where sweep.isRunning {
      usleep(50_000)
      seen = try status(bench, "seen")
      workers = (seen["coordinator"] as? [String: Any])?["workers"] as? [[String: Any]] ?? []
      if workers.contains(where: { $0["interferograms_done"] as? Int ?? 0 > 0 }) { break }
    }
    #expect(seen["running"] as? Bool == true)
    #expect(workers.allSatisfy { $0["is_local"] as? Bool == true && ($0["resident_bytes"] as? Int ?? 0) >= 0 })
    let screen = try bench.run(["status", bench.folder.appending(path: "seen").path])
    #expect(screen.output.contains("running, coordinator") && screen.output.contains("of 240 interferograms"))
    sweep.waitUntilExit()
    #expect(sweep.terminationStatus == 0)

    let ended = try status(bench, "seen")
    #expect(ended["running"] as? Bool == false && ended["scored"] as? Int == 240 && ended["open"] as? Int == 0)
    #expect((ended["coordinator"] as? [String: Any])?["state"] as? String == "completed")
    let last = try bench.run(["status", bench.folder.appending(path: "seen").path, "--watch"])
    #expect(last.status == 0 && last.output.contains("completed") && last.output.contains("100 %"))
  }

  @Test func aCoordinatorThatWasKilledIsNotTakenForOneThatRuns() throws {
    let bench = try SweepBench(stacks: 1, pairs: 3)
    let job = try bench.job("dead").path
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    let folder = bench.folder.appending(path: "dead")
    var counts = OutcomeCounts()
    counts.planned = 3
    var status = SweepStatus(
      state: .running, host: "elsewhere", pid: 7, epoch: 2, started: 0,
      said: Int64(Date().timeIntervalSince1970 * 1000) - 7_200_000,
      interferograms: SweepStatus.Interferograms(counts), rate: 1, secondsLeft: 3,
      units: SweepStatus.Units(waiting: 1, leased: 0), workers: [], peakResidentBytes: 0)
    try StatusFile.write(status, run: folder)
    let dead = try bench.run(["status", folder.path])
    #expect(dead.output.contains("no status for 2 h 0 min from coordinator elsewhere:7, its second start"))
    status.version = 9
    try StatusFile.write(status, run: folder)
    let strange = try bench.run(["status", folder.path])
    #expect(strange.status == 1 && strange.errors.contains("is of version 9"))
    try Data("{".utf8).write(to: StatusFile.url(in: folder))
    let torn = try bench.run(["status", folder.path])
    #expect(torn.status == 1 && torn.errors.contains("is not a valid status file"))
  }

  /// A clock that was set, or that differs from the other machine's, by two hours either way.
  @Test(arguments: [-7_200_000, 7_200_000] as [Int64])
  func theRunsLockSaysWhetherItRunsAndNotTheClock(offset: Int64) throws {
    let bench = try SweepBench(stacks: 1, pairs: 3)
    let job = try bench.job("clocks").path
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    let folder = bench.folder.appending(path: "clocks")
    var counts = OutcomeCounts()
    counts.planned = 3
    let host = ProcessInfo.processInfo.hostName
    let written = SweepStatus(
      state: .running, host: host, pid: getpid(), epoch: 1, started: 0,
      said: Int64(Date().timeIntervalSince1970 * 1000) + offset,
      interferograms: SweepStatus.Interferograms(counts), rate: 1, secondsLeft: 3,
      units: SweepStatus.Units(waiting: 1, leased: 0), workers: [], peakResidentBytes: 0)
    try StatusFile.write(written, run: folder)
    #expect(try status(bench, "clocks")["running"] as? Bool == false)
    do {
      let lock = try RunLock(path: folder.appending(path: "coordinator.lock").path)
      #expect(try status(bench, "clocks")["running"] as? Bool == true)
      let screen = try bench.run(["status", folder.path])
      #expect(screen.output.contains("running, coordinator \(host):\(getpid())"), "\(screen.output)")
      withExtendedLifetime(lock) {}
    }
    #expect(try status(bench, "clocks")["running"] as? Bool == false)
  }

  /// On a machine that does not see the other's locks: a status that changes is a coordinator's, whatever its clock says.
  @Test func aStatusOfAnotherMachineThatChangesIsOfOneThatRuns() async throws {
    let run = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: run) }
    var written = SweepStatus(
      state: .running, host: "elsewhere", pid: 7, epoch: 1, started: 0, said: 1_000_000,
      interferograms: SweepStatus.Interferograms(OutcomeCounts()), rate: 1, secondsLeft: 3,
      units: SweepStatus.Units(waiting: 1, leased: 0), workers: [], peakResidentBytes: 0)
    try StatusFile.write(written, run: run)
    let (first, watch) = (written, CoordinatorWatch(run: run))
    #expect(!watch.isRunning(first, at: 9_000_000))
    written.said += 1000
    let second = written
    let writer = Thread {
      usleep(500_000)
      try? StatusFile.write(second, run: run)
    }
    writer.start()
    #expect(watch.isRunning(first, at: 9_000_000))
  }

  @Test func timesAndUnitsOfTheDocumentAreThoseOfItsVersion() throws {
    let worker = SweepStatus.Worker(
      name: "h:1", isLocal: true, processor: "p", blasKernel: "k", state: "working", stage: "reading",
      interferogram: 3, unit: 5, residentBytes: 9, silentSeconds: 0.5, done: 4, rate: 2)
    var counts = OutcomeCounts()
    counts.planned = 5
    let written = SweepStatus(
      state: .running, host: "h", pid: 7, epoch: 1, started: 1_777_888_800_000, said: 1_777_888_801_250,
      interferograms: SweepStatus.Interferograms(counts), rate: 1, secondsLeft: 3,
      units: SweepStatus.Units(waiting: 1, leased: 0), workers: [worker], peakResidentBytes: 9)
    let run = FileManager.default.temporaryDirectory.appending(path: "status-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: run) }
    try StatusFile.write(written, run: run)
    #expect(try StatusFile.read(run: run) == written)
    let text = try String(contentsOf: StatusFile.url(in: run), encoding: .utf8)
    for line in [
      #""started" : "2026-05-04T10:00:00.000Z""#, #""updated" : "2026-05-04T10:00:01.250Z""#,
      #""interferograms_per_second" : 1"#, #""interferograms_done" : 4"#, #""seconds_left" : 3"#,
    ] {
      #expect(text.contains(line), "\(line)")
    }
    // What the first version wrote.
    let first = text.replacing(#""version" : 2"#, with: #""version" : 1"#)
      .replacing(#""started" : "2026-05-04T10:00:00.000Z""#, with: #""started" : 1777888800000"#)
      .replacing(#""updated" : "2026-05-04T10:00:01.250Z""#, with: #""said" : 1777888801250"#)
      .replacing("interferograms_per_second", with: "rate").replacing("interferograms_done", with: "done")
    try Data(first.utf8).write(to: StatusFile.url(in: run))
    // It is given on in the form of today, and says so.
    #expect(try StatusFile.read(run: run) == written)
  }

  @Test func whatHasNoScoreIsNamedWithItsReason() throws {
    let bench = try SweepBench(stacks: 2, pairs: 3)
    let job = try bench.job("run").path
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    try Data("gone".utf8).write(to: bench.archive.appending(path: bench.header(1).fileName))
    _ = try bench.run(["sweep", job])
    let said = try bench.run(["status", bench.folder.appending(path: "run").path, "--failures", "1"])
    #expect(
      said.output.contains("unreadable: \(ReadingTrouble.stackDamaged)") && said.output.contains("and 2 more"))
  }
}
