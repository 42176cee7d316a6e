import Foundation
import Testing

/// Quarantined interferograms that are given another try, with the real program.
@Suite(.serialized) struct ReleaseTests {
  private static let quick =
    "workers: 2\nunit-size: 2\nscheduling:\n  losses-before-split: 1\n  losses-before-quarantine: 1\n"

  private func quarantined() throws -> (bench: SweepBench, job: String, victim: String) {
    let bench = try SweepBench(stacks: 2, pairs: 6)
    let job = try bench.job("run", Self.quick).path
    let pair = try SweepBench.pair(3).description
    let stack = bench.header(1).fileName
    bench.furtherEnvironment["VOLCSWEEP_POISON"] = "crash=\(stack):\(pair)"
    let sick = try bench.run(["sweep", job])
    #expect(sick.status == 3, "\(sick.errors)")
    try #require(sick.output.contains("1 quarantined"), "\(sick)")
    bench.furtherEnvironment = [:]
    return (bench, job, "\(stack.dropLast(3))_\(pair)")
  }

  @Test func aReleasedInterferogramIsScoredByTheNextSweep() throws {
    let (bench, job, victim) = try quarantined()
    // A quarantine lasts.
    #expect(try bench.run(["sweep", job]).status == 3)
    let released = try bench.run(["release", bench.folder.appending(path: "run").path, "--all"])
    #expect(released.status == 0 && released.errors.contains("1 interferograms released"), "\(released)")
    #expect(try bench.run(["sweep", job]).status == 0)
    let calm = try bench.run(["sweep", bench.job("calm", Self.quick).path])
    #expect(calm.status == 0)
    #expect(try bench.results("run") == bench.results("calm"))
    let why = try bench.run(["why", bench.folder.appending(path: "run").path, victim])
    #expect(why.output.contains("released") && why.output.contains("SIGSEGV"), "\(why)")
  }

  @Test func whatIsNotQuarantinedIsNotReleased() throws {
    let (bench, _, victim) = try quarantined()
    let run = bench.folder.appending(path: "run").path
    let other = "\(bench.header(0).fileName.dropLast(3))_\(try SweepBench.pair(0))"
    let refused = try bench.run(["release", run, "--interferogram", victim, other])
    #expect(
      refused.status == 1 && refused.errors.contains("is not quarantined; no interferogram was released"),
      "\(refused)")
    let named = try bench.run(["release", run, "--interferogram", victim])
    #expect(named.status == 0 && named.errors.contains("1 interferograms released"), "\(named)")
    let again = try bench.run(["release", run, "--all"])
    #expect(again.status == 0 && again.errors.contains("no interferogram is quarantined"), "\(again)")
    #expect(try bench.run(["release", run]).status == 64)
    #expect(try bench.run(["release", run + "-none", "--all"]).status != 0)
    #expect(!FileManager.default.fileExists(atPath: run + "-none"))
  }
}
