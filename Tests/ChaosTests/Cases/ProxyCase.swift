import Foundation
import Testing

extension Chaos {
  /// Workers whose every message passes a proxy that delays, stalls, drops, cuts, shortens and corrupts.
  @Test(.named("proxy")) func aBadLineBetweenWorkersAndCoordinatorChangesNoByte() throws {
    let chaos = try ChaosCase("proxy")
    let job = try chaos.bench.job(
      """
      unit-size: 4
      scheduling:
        heartbeat-seconds: 0.2
        silence-seconds: 1
        losses-before-quarantine: 50
      """)
    let sweep = try chaos.bench.start(["sweep", job, "--verbose", "--workers", "0"])
    try until("the coordinator listens") {
      FileManager.default.fileExists(atPath: chaos.bench.socket) || !sweep.isRunning
    }
    // What is corrupt in a body cannot be told on a line without authentication; on this machine's own it cannot happen.
    let rates = FaultRates(
      delay: 0.05, stall: 0.003, drop: 0.01, cut: 0.005, shorten: 0.01, corruptHeader: 0.005)
    let proxy = try ChaosProxy(
      .unix(chaos.bench.folder.appending(path: "proxy.sock").path), to: .unix(chaos.bench.socket), rates: rates,
      name: "proxy")
    defer { proxy.end() }
    let place = WorkerCrew.Place(arguments: ["worker", proxy.address.description])
    let crew = try WorkerCrew(Array(repeating: place, count: ChaosSettings.workers), bench: chaos.bench)
    let ending = try crew.work(until: sweep)
    // Their coordinator's last word may have been lost.
    try crew.dismiss()
    for (what, number) in proxy.injected.sorted(by: { $0.key < $1.key }) { chaos.count(what, number) }
    chaos.count("connections", proxy.connections)
    for what in [
      "delays", "stalls", "dropped connections", "cut frames", "shortened messages", "corrupted headers",
    ] {
      #expect(chaos.injections(what) > 0, "no \(what)")
    }
    try chaos.expectUnharmed(ending)
  }
}
