import Foundation
import Messaging
import Testing
import Transport

/// The real program over loopback TCP: workers with keys take part, everybody else is kept out and counted.
@Suite(.serialized) struct RemoteSweepTests {
  private static let quick = "scheduling:\n  heartbeat-seconds: 0.1\n  silence-seconds: 2\n"

  @Test func aSweepOverTCPGivesTheSameBytesAsOneWithoutANetwork() throws {
    let remote = try RemoteSweep(stacks: 3, pairs: 40, workers: ["a", "b"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let sweep = try remote.start(
      further: "unit-size: 2\nscheduling:\n  window: 2\n  heartbeat-seconds: 0.2\n")
    let address = try remote.address()
    let byAddress = try remote.worker("a", [try #require(address.remote), "--keys", remote.workerKeys("a")])
    let byFolder = try remote.worker("b", ["--run", remote.run.path, "--keys", remote.workerKeys("b")])
    // On the coordinator's own machine the run folder is enough.
    let local = try remote.worker("c", ["--run", remote.run.path])
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    for process in [byAddress, byFolder, local] { process.waitUntilExit() }
    #expect(
      [byAddress, byFolder, local].map(\.terminationStatus) == [0, 0, 0], "\(remote.log("a"))")
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
    let said = remote.log("sweep")
    #expect(said.contains("a@\(ProcessInfo.processInfo.hostName)"), "\(said)")
    #expect(!said.contains("rejected connections"), "\(said)")
    #expect(!FileManager.default.fileExists(atPath: remote.run.appending(path: "coordinator.address").path))
  }

  @Test func aJobThatSaysWhereToListenTakesWorkersWithKeys() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 6, workers: ["a"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let sweep = try remote.start(further: "listen: tcp://localhost:0\n", listens: false)
    let place = try #require(try remote.address().remote)
    let worker = try remote.worker("a", [place, "--keys", remote.workerKeys("a")])
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    worker.waitUntilExit()
    #expect(worker.terminationStatus == 0, "\(remote.log("a"))")
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }

  @Test func withoutKeysNothingIsListenedToAndNothingStarts() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    for arguments in [
      ["--listen", "tcp://127.0.0.1:0"], ["--listen", "tcp://127.0.0.1:0", "--keys", "/nonexistent"],
    ] {
      let refused = try bench.run(["sweep", bench.job("run").path] + arguments)
      #expect(refused.status == 78 && refused.errors.contains("volcsweep keys"), "\(refused.errors)")
    }
    let inJob = try bench.run(["sweep", bench.job("run", "listen: tcp://127.0.0.1:0\n").path])
    #expect(inJob.status == 78 && inJob.errors.contains("volcsweep keys"), "\(inJob.errors)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "run").path))
    let worker = try bench.run(["worker", "tcp://127.0.0.1:5"])
    #expect(worker.status == 78 && worker.errors.contains("volcsweep keys"), "\(worker.errors)")
    let noTCP = try bench.run(["sweep", bench.job("run").path, "--listen", "ipc:///tmp/x"])
    #expect(noTCP.status == 78 && noTCP.errors.contains("tcp://HOST:PORT"), "\(noTCP.errors)")
  }

  @Test func keysThatOthersCouldReadStopTheSweepBeforeItStarts() throws {
    let remote = try RemoteSweep(stacks: 1, pairs: 1, workers: ["a"])
    chmod(remote.run.appending(path: "keys/server.secret").path, 0o640)
    let sweep = try remote.start()
    #expect(remote.end(of: sweep) == 78)
    #expect(remote.log("sweep").contains("chmod 600"))
    #expect(!FileManager.default.fileExists(atPath: remote.run.appending(path: "ledger.sqlite").path))
    chmod(remote.run.appending(path: "keys/workers/a").path, 0o755)
    let worker = try remote.bench.run(["worker", "tcp://127.0.0.1:5", "--keys", remote.workerKeys("a")])
    #expect(worker.status == 78 && worker.errors.contains("chmod 700"), "\(worker.errors)")
  }

  @Test func everyStrangerIsRejectedAndNamedAndTheResultsAreTheSame() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 6, workers: ["good", "gone", "odd"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    #expect(try remote.bench.run(["keys", remote.keys.url.path, "--revoke", "gone"]).status == 0)
    let sweep = try remote.start(further: Self.quick)
    let place = try #require(try remote.address().remote)

    // Another sweep's keys: neither end knows the other.
    let other = KeyFolder(remote.bench.folder.appending(path: "other"))
    _ = try other.makeServer()
    try other.makeWorker(WorkerName("stranger"))
    let stranger = other.workerFolder(try WorkerName("stranger"))
    let mistaken = try remote.worker("mistaken", [place, "--keys", stranger.path])
    // The right server, but a key that is not on its list.
    let file = stranger.appending(path: "server.public")
    let unlistedKeys = remote.bench.folder.appending(path: "unlisted")
    try FileManager.default.copyItem(at: stranger, to: unlistedKeys)
    try FileManager.default.removeItem(at: unlistedKeys.appending(path: file.lastPathComponent))
    try FileManager.default.copyItem(
      at: remote.keys.url.appending(path: "server.public"),
      to: unlistedKeys.appending(path: file.lastPathComponent))
    let unlisted = try remote.worker("unlisted", [place, "--keys", unlistedKeys.path])
    let revoked = try remote.worker("revoked", [place, "--keys", remote.workerKeys("gone")])
    try remote.sendGarbage()

    let context = try MessageContext()
    let odd = try remote.dealer("odd", identity: "odd", context: context)
    for bytes: [UInt8] in [[0xff, 0xff, 0xff, 1], [], [UInt8](repeating: 7, count: 5000)] {
      _ = try odd.send(bytes)
    }
    var old = Volcsweep_Hello()
    old.protocolVersion = protocolVersion + 1
    old.host = "elsewhere"
    _ = try odd.send(Volcsweep_ToCoordinator(.hello(old)).frame())
    let refusal = try remote.answer(to: odd) { if case .refusal(let refusal) = $0 { refusal.reason } else { nil } }
    #expect(
      refusal.contains("protocol version \(protocolVersion + 1)") && refusal.contains("start both from the same"))
    // Larger than any message may be: its connection is closed, and it comes back.
    _ = try odd.send([UInt8](repeating: 1, count: 17 << 20))
    _ = try odd.send([0xff])

    let good = try remote.worker("good", [place, "--keys", remote.workerKeys("good")])
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    good.waitUntilExit()
    let said = remote.log("sweep")
    for phrase in [
      "key not authorised (", "handshake failed (", "malformed message dropped (",
      "worker refused, reason the worker uses",
      "sweep: rejected connections: ",
    ] {
      #expect(said.contains(phrase), "\(phrase) in \(said)")
    }
    let summary = said.split(separator: "\n").last { $0.contains("rejected connections") } ?? ""
    for kind in ["handshake failed", "key not authorised", "malformed message dropped"] {
      #expect(summary.contains(kind), "\(summary)")
    }
    for (process, phrase) in [
      (mistaken, "is not the key of the other end"), (unlisted, "does not know"), (revoked, "has revoked it"),
    ] {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let name = process === mistaken ? "mistaken" : process === unlisted ? "unlisted" : "revoked"
      #expect(remote.log("\(name)").contains(phrase), "\(name)")
    }
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }

  @Test func aFloodFromAnAuthorisedKeyHarmsNoOther() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 6, workers: ["good", "loud"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let sweep = try remote.start(further: Self.quick)
    let place = try #require(try remote.address().remote)
    let context = try MessageContext()
    let loud = try remote.dealer("loud", identity: "loud", context: context)
    let flood = Flood(loud)
    let isLimited = remote.said("message beyond the rate limit dropped (from loud)")
    #expect(isLimited)
    let good = try remote.worker("good", [place, "--keys", remote.workerKeys("good")])
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    flood.stop()
    good.waitUntilExit()
    let said = remote.log("sweep")
    #expect(
      said.split(separator: "\n").last { $0.contains("rejected connections") }?.contains("rate limit") == true,
      "\(said)")
    #expect(said.split(separator: "\n").count < 300)
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }

  @Test func aKeyThatIsRevokedDuringTheSweepIsCutOffAndItsUnitsAreDoneByOthers() throws {
    let remote = try RemoteSweep(stacks: 4, pairs: 30, workers: ["good", "bad"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let sweep = try remote.start(further: "unit-size: 2\n" + Self.quick)
    let place = try #require(try remote.address().remote)
    let bad = try remote.worker("bad", [place, "--keys", remote.workerKeys("bad")])
    #expect(remote.said("worker joined, worker bad@"))
    #expect(try remote.bench.run(["keys", remote.keys.url.path, "--revoke", "bad"]).status == 0)
    #expect(remote.said("message with a revoked key dropped (from bad 127.0.0.1)"))
    let good = try remote.worker("good", [place, "--keys", remote.workerKeys("good")])
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    good.waitUntilExit()
    kill(bad.processIdentifier, SIGKILL)
    bad.waitUntilExit()
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }

  /// Its coordinator cannot end a process elsewhere: it has to do so itself, or it would come back and hang for ever.
  @Test func aRemoteWorkerThatHangsIsGivenUpAndEndsItself() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 4, workers: ["a"])
    let further =
      "unit-size: 1\nscheduling:\n  heartbeat-seconds: 0.1\n  stall-seconds: 1\n  losses-before-quarantine: 1\n"
    let sweep = try remote.start(further: further)
    let place = try #require(try remote.address().remote)
    let victim = "\(remote.bench.header(0).fileName):\(try SweepBench.pair(1))"
    let arguments = [place, "--keys", remote.workerKeys("a")]
    let hanging = try remote.worker("a", arguments, environment: ["VOLCSWEEP_POISON": "hang=\(victim)"])
    #expect(remote.end(of: hanging) == 4, "\(remote.log("a"))")
    let said = remote.log("a")
    #expect(said.contains("no progress for") && said.contains("stall-seconds is 1"), "\(said)")
    #expect(sweep.isRunning && remote.log("sweep").contains("worker given up"), "\(remote.log("sweep"))")
    let again = try remote.worker("a", arguments)
    #expect(remote.end(of: sweep) == 3, "\(remote.log("sweep"))")
    #expect(remote.end(of: again) == 0, "\(remote.log("a"))")
    let table = String(
      decoding: try #require(try remote.bench.results("remote")["interferograms.csv"]), as: UTF8.self)
    let rows = table.split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.count == 8)
    let quarantined = rows.filter { $0.contains("quarantined") }
    #expect(quarantined.count == 1 && quarantined.first?.contains("no progress for") == true, "\(table)")
  }

  @Test func aCrashThatAKeeperTellsOfIsBlamedForWhatItWas() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 6, workers: ["node"])
    let victim = "\(remote.bench.header(0).fileName):\(try SweepBench.pair(1))"
    // Nobody falls silent for so long: without the keeper's word the sweep would take minutes.
    let sweep = try remote.start(further: "unit-size: 4\nscheduling:\n  silence-seconds: 600\n")
    _ = try remote.address()
    let keeper = try remote.worker(
      "keeper", ["--run", remote.run.path, "--keys", remote.workerKeys("node"), "--processes", "2"],
      environment: ["VOLCSWEEP_POISON": "crash=\(victim)"])
    #expect(remote.end(of: sweep) == 3, "\(remote.log("sweep"))")
    #expect(remote.end(of: keeper) == 0, "\(remote.log("keeper"))")
    let table = String(
      decoding: try #require(try remote.bench.results("remote")["interferograms.csv"]), as: UTF8.self)
    let quarantined = table.split(whereSeparator: \.isNewline).filter { $0.contains("quarantined") }
    #expect(quarantined.count == 1 && quarantined.first?.contains("SIGSEGV") == true, "\(table)")
    let folder = "logs/\(ProcessInfo.processInfo.hostName)-\(keeper.processIdentifier)/worker-2.log"
    #expect(FileManager.default.fileExists(atPath: remote.run.appending(path: folder).path))
  }

  @Test func aKeeperThatIsAskedToLeaveTakesItsWorkersAlongAndOneWithoutACoordinatorGivesUp() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 400, workers: ["node"])
    let sweep = try remote.start(further: "unit-size: 1\n")
    _ = try remote.address()
    let arguments = ["--run", remote.run.path, "--keys", remote.workerKeys("node"), "--processes", "2"]
    let keeper = try remote.worker("keeper", arguments)
    #expect(remote.said("worker joined"))
    kill(keeper.processIdentifier, SIGTERM)
    #expect(remote.end(of: keeper) == 0, "\(remote.log("keeper"))")
    kill(sweep.processIdentifier, SIGTERM)
    #expect(remote.end(of: sweep) == 130, "\(remote.log("sweep"))")
    let without = try remote.worker("without", arguments + ["--timeout", "1"])
    #expect(remote.end(of: without) == 5, "\(remote.log("without"))")
  }

  /// Its compute thread made no progress for longer than a hang may last, and neither did anything else in it.
  @Test func aRemoteWorkerThatWasStoppedForLongGoesOn() throws {
    let remote = try RemoteSweep(stacks: 2, pairs: 40, workers: ["a"])
    #expect(try remote.bench.run(["sweep", remote.bench.job("calm").path, "--workers", "1"]).status == 0)
    let further =
      "unit-size: 4\nscheduling:\n  heartbeat-seconds: 0.1\n  silence-seconds: 1\n  stall-seconds: 1\n"
      + "  losses-before-quarantine: 50\n"
    let sweep = try remote.start(further: further)
    let place = try #require(try remote.address().remote)
    let worker = try remote.worker("a", [place, "--keys", remote.workerKeys("a")])
    #expect(remote.said("worker joined"))
    kill(worker.processIdentifier, SIGSTOP)
    // The wait is what is tested: it must be longer than the limit of a second, the margin of five and two heartbeats.
    usleep(8_000_000)
    #expect(sweep.isRunning, "it was stopped too late: \(remote.log("sweep"))")
    kill(worker.processIdentifier, SIGCONT)
    #expect(remote.end(of: sweep) == 0, "\(remote.log("sweep"))")
    #expect(remote.end(of: worker) == 0, "\(remote.log("a"))")
    #expect(remote.log("sweep").contains("silent for"), "\(remote.log("sweep"))")
    #expect(try remote.bench.results("remote") == remote.bench.results("calm"))
  }
}
