import Foundation
import Interferometry
import Ledger
import RasterIO
import Testing

/// The real program with real worker processes, some of them really killed.
@Suite(.serialized) struct SweepProcessTests {
  @Test func resultsAreTheSameBytesForAnyNumberOfWorkersAndAnySizeOfUnits() throws {
    let bench = try SweepBench(stacks: 4, pairs: 9)
    let one = try bench.run(["sweep", bench.job("one", "unit-size: 16\n").path, "--workers", "1"])
    #expect(one.status == 0, "\(one.errors)")
    #expect(one.errors.contains("36 of 36 interferograms, 100 %"))
    #expect(one.output.contains("36 scored, 0 rejected, 0 quarantined"))
    let three = try bench.run(["sweep", bench.job("three", "unit-size: 1\n").path, "--workers", "3"])
    #expect(three.status == 0, "\(three.errors)")
    let expected = try bench.results("one")
    #expect(expected.keys.contains("maps/test_0.h5") && expected.keys.contains("candidates.geojson"))
    #expect(try bench.results("three") == expected)
  }

  @Test func killedWorkersAndCoordinatorsCostNothingAndChangeNoByte() throws {
    let bench = try SweepBench(stacks: 6, pairs: 60)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    let job = try bench.job("stormy", "unit-size: 4\nscheduling:\n  heartbeat-seconds: 0.1\n").path
    var random = SystemRandomNumberGenerator()
    var kills = (workers: 0, coordinators: 0)
    var status: Int32 = -1
    for session in 0..<40 where status != 0 {
      let sweep = try bench.start(["sweep", job, "--workers", "3"])
      var strikes = 0
      let isCoordinatorsTurn = session < 3
      while sweep.isRunning && strikes < 4 {
        usleep(useconds_t.random(in: 60_000...250_000, using: &random))
        guard sweep.isRunning, kills.workers < 12 else { break }
        // None is there while the workers of the coordinator before hand over.
        guard let victim = SweepBench.workers(of: sweep.processIdentifier).randomElement(using: &random) else {
          continue
        }
        if kill(victim, SIGKILL) == 0 { kills.workers += 1 }
        strikes += 1
      }
      if isCoordinatorsTurn && sweep.isRunning {
        kill(sweep.processIdentifier, SIGKILL)
        kills.coordinators += 1
      }
      sweep.waitUntilExit()
      status = sweep.terminationReason == .exit ? sweep.terminationStatus : -1
    }
    let said = try bench.text("err")
    #expect(status == 0, "\(said)")
    #expect(kills.workers > 2 && kills.coordinators > 0, "\(kills)")
    let (stormy, calm) = (try bench.results("stormy"), try bench.results("calm"))
    let names = Set(stormy.keys).union(calm.keys)
    #expect(names.filter { stormy[$0] != calm[$0] }.sorted() == [], "\(said)")
  }

  @Test func anInterruptedSweepSaysSoAndTheSameCommandContinuesToTheSameBytes() throws {
    let bench = try SweepBench(stacks: 6, pairs: 60)
    #expect(try bench.run(["sweep", bench.job("calm").path]).status == 0)
    let job = try bench.job("broken", "unit-size: 4\n").path
    let sweep = try bench.start(["sweep", job])
    let path = bench.folder.appending(path: "broken/ledger.sqlite").path
    for _ in 0..<3000 where sweep.isRunning {
      usleep(20_000)
      if FileManager.default.fileExists(atPath: path), let ledger = try? Ledger(path: path),
        let counts = try? ledger.counts(), counts.scored > 0
      {
        break
      }
    }
    kill(sweep.processIdentifier, SIGINT)
    sweep.waitUntilExit()
    let said = try bench.text("err")
    #expect(sweep.terminationStatus == 130, "\(said)")
    #expect(said.contains("run the same command again"))
    let counts = try Ledger(path: path).counts()
    #expect(counts.scored > 0 && counts.open > 0)
    let again = try bench.run(["sweep", job])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("0 interferograms added to the plan, \(counts.open) to do"))
    #expect(try bench.results("broken") == bench.results("calm"))
  }

  @Test func aDamagedStackCostsOnlyItsOwnInterferogramsAndTheExitStatusSaysSo() throws {
    let bench = try SweepBench(stacks: 3, pairs: 4)
    let job = try bench.job("run").path
    #expect(try bench.run(["sweep", job, "--plan-only"]).status == 0)
    let victim = bench.archive.appending(path: bench.header(1).fileName)
    try Data("gone".utf8).write(to: victim)
    // The plan is made already; the stack is found damaged again when it is planned anew, and by its workers.
    let swept = try bench.run(["sweep", job])
    #expect(swept.status == 3)
    #expect(
      swept.output.contains("12 interferograms: 8 scored, 0 rejected, 0 quarantined, 4 unreadable"),
      "\(swept.output)")
    #expect(swept.errors.contains(victim.path))
    let list = try bench.text("run/results/interferograms.csv")
    let reason = ReadingTrouble.stackDamaged.description
    #expect(list.split(separator: "\n").count { $0.contains(",unreadable,\(reason),") } == 4, "\(list)")
  }

  @Test func whatAnIngestAddedIsSweptAloneByTheSameCommand() throws {
    let bench = try SweepBench(stacks: 2, pairs: 3)
    let job = try bench.job("run").path
    #expect(try bench.run(["sweep", job]).status == 0)
    let nothing = try bench.run(["sweep", job])
    #expect(nothing.status == 0)
    #expect(nothing.errors.contains("0 interferograms added to the plan, 0 to do"))
    try bench.append(to: 1, pairs: 3..<5)
    let more = try bench.run(["sweep", job])
    #expect(more.errors.contains("2 interferograms added to the plan, 2 to do"))
    let whole = try bench.job("whole").path
    #expect(try bench.run(["sweep", whole]).status == 0)
    #expect(try bench.results("run") == bench.results("whole"))
  }

  @Test func aSecondCoordinatorIsRefusedAndToldOfTheFirst() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let run = bench.folder.appending(path: "run")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    let lock = try RunLock(path: run.appending(path: "coordinator.lock").path)
    let second = try bench.run(["sweep", bench.job("run").path])
    #expect(second.status == 6)
    #expect(second.errors.contains("already has a coordinator (process \(getpid())"))
    withExtendedLifetime(lock) {}
  }

  @Test func aSweepOfAStackThatAnIngestWritesIsRefusedAndNamesTheIngest() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let lock = try ArchiveLock(archive: bench.archive)
    try lock.lock(stack: bench.header(0).fileName, for: .writing)
    let sweep = try bench.run(["sweep", bench.job("run").path])
    #expect(sweep.status == 1)
    #expect(sweep.errors.contains("written by an ingest (process \(getpid()))"), "\(sweep.errors)")
    lock.unlock(stack: bench.header(0).fileName)
  }

  @Test func anotherModelOrProfileInTheSameRunFolderIsRefusedNamingTheChange() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    #expect(try bench.run(["sweep", bench.job("run").path]).status == 0)
    let changed = try bench.run(["sweep", bench.job("run", "profile: biggs2022\n").path])
    #expect(changed.status == 78)
    #expect(changed.errors.contains("belongs to another sweep (") && changed.errors.contains("profile was"))
  }

  @Test func aJobWithMistakesIsRefusedLineByLineBeforeAnythingStarts() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let job = try bench.job("run", "profil: jgr2018\nworkers: -1\nvolcanoes: [Test 0]\n")
    let refused = try bench.run(["sweep", job.path])
    #expect(refused.status == 78)
    #expect(refused.errors.contains("run.yaml:3: unknown key profil"))
    #expect(refused.errors.contains("run.yaml:4: workers"))
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "run").path))
    let stranger = try bench.run(["sweep", bench.job("run", "volcanoes: [Atlantis]\n").path])
    #expect(stranger.status == 78)
    #expect(stranger.errors.contains("has no stack of atlantis"))
  }

  @Test func aWorkerWhoseModelIsNotTheSweepsGivesUpAndTheSweepSaysWhy() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    try Data("not a model".utf8).write(to: bench.folder.appending(path: "model.onnx"))
    let refused = try bench.run(["sweep", bench.job("run", "model: model.onnx\n").path])
    #expect(refused.status == 78)
    #expect(refused.errors.contains("model.onnx"))
  }

  @Test func aRunFolderWithAVeryLongPathStillWorks() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let deep = (0..<6).map { _ in "a-rather-long-folder-name" }.joined(separator: "/")
    let swept = try bench.run(["sweep", bench.job("run", "").path])
    #expect(swept.status == 0)
    let file = bench.folder.appending(path: "deep.yaml")
    try Data("archive: archive\nrun: \(deep)\n".utf8).write(to: file)
    let long = try bench.run(["sweep", file.path])
    #expect(long.status == 0, "\(long.errors)")
    #expect(try bench.results(deep) == bench.results("run"))
  }
}
