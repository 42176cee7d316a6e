import Foundation
import Testing
import WorkerTraces

@testable import SweepHost

/// Coordinators that start late, move to another port and another disk, and workers that follow them.
@Suite(.serialized) struct MovingCoordinatorTests {
  @Test func aWorkerThatWasFirstFollowsItsCoordinatorToAnotherPortAndDisk() throws {
    let sweep = try RemoteSweep(stacks: 2, pairs: 300, workers: ["w"])
    let bench = sweep.bench
    // Before any coordinator was there.
    let worker = try sweep.worker(
      "w", ["--run", sweep.run.path, "--keys", sweep.workerKeys("w"), "--timeout", "60", "--log-to-run"])
    let first = try sweep.start(
      further: "unit-size: 4\n", options: ["--scratch", bench.folder.appending(path: "disk-a").path])
    let firstAddress = try sweep.address()
    for _ in 0..<600 where try done(sweep.run) < 8 && first.isRunning { usleep(50_000) }
    #expect(try done(sweep.run) >= 8)
    // A drain hands the ledger over; this coordinator is heard of no more.
    first.terminate()
    first.waitUntilExit()
    #expect(first.terminationStatus == 130, "\(sweep.log("sweep"))")
    let handedOver = try done(sweep.run)
    // It was asked to leave, as all workers of a draining coordinator are; another one comes.
    worker.waitUntilExit()
    #expect(worker.terminationStatus == 0, "\(sweep.log("w"))")
    let again = try sweep.worker(
      "again", ["--run", sweep.run.path, "--keys", sweep.workerKeys("w"), "--timeout", "60", "--log-to-run"])
    let second = try sweep.start(
      further: "unit-size: 4\n", options: ["--scratch", bench.folder.appending(path: "disk-b").path])
    let secondAddress = try sweep.address()
    #expect(secondAddress.remote != firstAddress.remote)
    for _ in 0..<600 where try done(sweep.run) < handedOver + 8 && second.isRunning { usleep(50_000) }
    // Killed: the worker goes on, and finds the third by the address file.
    kill(second.processIdentifier, SIGKILL)
    second.waitUntilExit()
    let third = try sweep.start(
      further: "unit-size: 4\n", options: ["--scratch", bench.folder.appending(path: "disk-b").path])
    third.waitUntilExit()
    #expect(third.terminationStatus == 0, "\(sweep.log("sweep"))")
    again.waitUntilExit()
    #expect(again.terminationStatus == 0)
    let log = try String(contentsOf: log(of: again, sweep.run), encoding: .utf8)
    #expect(log.contains("no message from the coordinator: reconnecting"), "\(log)")
    // The ledger is home again, whole.
    let status = try bench.run(["status", sweep.run.path, "--json"])
    #expect(
      status.output.contains("\"scored\" : 600") && status.output.contains("\"epoch\" : 3"), "\(status.output)")
  }

  @Test func aWorkerThatWaitsLeavesWhenItIsAskedToAndGivesUpInTime() throws {
    let sweep = try RemoteSweep(stacks: 1, pairs: 1, workers: ["w"])
    let arguments = ["--run", sweep.run.path, "--keys", sweep.workerKeys("w"), "--timeout"]
    let patient = try sweep.worker("patient", arguments + ["600", "--log-to-run"])
    let file = log(of: patient, sweep.run)
    for _ in 0..<1000 where !FileManager.default.fileExists(atPath: file.path) { usleep(10_000) }
    patient.terminate()
    patient.waitUntilExit()
    #expect(patient.terminationStatus == 0)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    let hasty = try sweep.worker("hasty", arguments + ["1"])
    hasty.waitUntilExit()
    #expect(hasty.terminationStatus == 5)
    #expect(sweep.log("hasty").contains("no coordinator is running"))
  }

  private func log(of worker: Process, _ run: URL) -> URL {
    let host = ProcessInfo.processInfo.hostName
    return run.appending(path: "logs/\(WorkerFiles.log(ofHost: host, pid: worker.processIdentifier))")
  }

  /// As the coordinator says it: its ledger is elsewhere.
  private func done(_ run: URL) throws -> Int {
    guard let status = try StatusFile.read(run: run)?.interferograms else { return 0 }
    return status.planned - status.open
  }
}
