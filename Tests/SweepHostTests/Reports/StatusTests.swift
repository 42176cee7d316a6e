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
    #expect(stranger.status == 1 && stranger.errors.contains("is no run folder"))
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
      if workers.contains(where: { $0["done"] as? Int ?? 0 > 0 }) { break }
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
    #expect(dead.output.contains("nothing heard for 2 h 0 min of coordinator elsewhere:7, its second start"))
    status.version = 9
    try StatusFile.write(status, run: folder)
    let strange = try bench.run(["status", folder.path])
    #expect(strange.status == 1 && strange.errors.contains("is of version 9"))
    try Data("{".utf8).write(to: StatusFile.url(in: folder))
    let torn = try bench.run(["status", folder.path])
    #expect(torn.status == 1 && torn.errors.contains("makes no sense"))
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
