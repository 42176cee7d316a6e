import Detection
import Foundation
import GRDB
import Imaging
import Interferometry
import Testing

/// Releases where the sweep keeps its ledger on a disk of its own, with the real program.
@Suite(.serialized) struct ScratchReleaseTests {
  private static let quick =
    "workers: 2\nunit-size: 2\nscheduling:\n  losses-before-split: 1\n  losses-before-quarantine: 1\n"

  @Test func whatIsReleasedIsTriedByTheNextSweepOnTheSameDisk() throws {
    let bench = try SweepBench(stacks: 1, pairs: 4)
    let disk = bench.folder.appending(path: "disk").path
    mkdir(disk, 0o700)
    let job = try bench.job("run", Self.quick).path
    let run = bench.folder.appending(path: "run").path
    bench.furtherEnvironment["VOLCSWEEP_POISON"] = "crash=\(bench.header(0).fileName):\(try SweepBench.pair(1))"
    let sick = try bench.run(["sweep", job, "--scratch", disk])
    #expect(sick.status == 3 && sick.output.contains("1 quarantined"), "\(sick)")
    bench.furtherEnvironment = [:]
    #expect(try FileManager.default.subpathsOfDirectory(atPath: disk).filter { $0.contains("sqlite") } == [])
    let released = try bench.run(["release", run, "--all"])
    #expect(released.status == 0 && released.errors.contains("1 interferograms released"), "\(released)")
    let well = try bench.run(["sweep", job, "--scratch", disk])
    #expect(well.status == 0, "\(well)")
    let why = try bench.run(["why", run, "2"])
    #expect(why.output.contains("released"), "\(why)")
  }

  @Test func aSweepThatWasKilledOnItsDiskIsReleasedThere() throws {
    let bench = try SweepBench(stacks: 1, pairs: 4)
    let disk = bench.folder.appending(path: "disk").path
    mkdir(disk, 0o700)
    let job = try bench.job("run", Self.quick).path
    let run = bench.folder.appending(path: "run").path
    bench.furtherEnvironment["VOLCSWEEP_POISON"] = "crash=\(bench.header(0).fileName):\(try SweepBench.pair(1))"
    bench.furtherEnvironment["VOLCSWEEP_FAIL_POINT"] = "endEpoch.before"
    let killed = try bench.run(["sweep", job, "--scratch", disk])
    #expect(killed.status == SIGKILL, "\(killed)")
    bench.furtherEnvironment = [:]
    let released = try bench.run(["release", run, "--all"])
    #expect(released.status == 0 && released.errors.contains("1 interferograms released"), "\(released)")
    #expect(try bench.run(["sweep", job, "--scratch", disk]).status == 0)
  }
}
