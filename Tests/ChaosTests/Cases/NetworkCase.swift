import Foundation
import Testing

extension Chaos {
  /// Workers on machines of their own, as far as the network goes, whose links fail for longer than anybody waits.
  @Test(.named("networks")) func workersWhoseLinksGoDownDeliverWhenTheyAreUpAgain() throws {
    let chaos = try ChaosCase("networks")
    let networks: NetworkNamespaces
    do {
      networks = try NetworkNamespaces(4, tag: try ChaosRoot.shared().tag)
    } catch let error as NotPossible {
      return print("skipped: \(error)")
    }
    let remote = try RemoteWorkers(at: networks.hostAddress, bench: chaos.bench)
    let silence = 1.0
    let sweep = try chaos.bench.start(["sweep", try chaos.job(), "--verbose"] + remote.sweepArguments)
    let crew = try WorkerCrew(
      (0..<ChaosSettings.workers).map { index in
        WorkerCrew.Place(
          executable: NetworkNamespaces.tool,
          arguments: networks.command(index % 4) + [ChaosSettings.executable] + remote.workerArguments(index + 1))
      }, bench: chaos.bench)
    let planned = chaos.baseline.results.interferograms.count
    let rounds = ChaosSettings.isLong ? 12 : 4
    for round in 0..<rounds {
      do {
        try chaos.bench.waitForOutcomes(planned * 6 / 10 * round / rounds + 1, while: sweep)
      } catch is CaseFailure where round >= 2 {
        // While a disk is slow the sweep runs ahead of what its ledger shows, and may be through by now.
        break
      }
      // All of them, as whoever is left does the others' work, and the sweep would be over too soon.
      let cut = (0..<4).shuffled(using: &chaos.random)
      for index in cut {
        try networks.set(index, up: false)
        chaos.count("links down")
      }
      // The wait is what is tested: it must be longer than the limit, and is.
      usleep(useconds_t((silence + chaos.random.seconds(0.5...1.5)) * 1_000_000))
      for index in cut { try networks.set(index, up: true) }
    }
    let ending = try crew.work(until: sweep)
    try crew.dismiss()
    try chaos.expectUnharmed(ending)
    withExtendedLifetime(networks) {}
  }

  /// The proxy between encrypted ends, which find out whatever it changes.
  @Test(.named("proxy-tcp")) func aBadLineBetweenEncryptedEndsChangesNoByte() throws {
    let chaos = try ChaosCase("proxy-tcp")
    let remote = try RemoteWorkers(at: "127.0.0.1", bench: chaos.bench)
    let sweep = try chaos.bench.start(["sweep", try chaos.job(), "--verbose"] + remote.sweepArguments)
    let rates = FaultRates(
      delay: 0.05, stall: 0.003, drop: 0.005, cut: 0.005, shorten: 0.005, repeats: 0.005, corruptHeader: 0.005,
      corruptBody: 0.01)
    let proxy = try ChaosProxy(.tcp("127.0.0.1", port: 0), to: remote.address, rates: rates, name: "proxy-tcp")
    defer { proxy.end() }
    let crew = try WorkerCrew(
      (0..<ChaosSettings.workers).map {
        WorkerCrew.Place(arguments: remote.workerArguments($0 + 1, address: proxy.address))
      }, bench: chaos.bench)
    let ending = try crew.work(until: sweep)
    try crew.dismiss()
    for (what, number) in proxy.injected.sorted(by: { $0.key < $1.key }) { chaos.count(what, number) }
    chaos.count("connections", proxy.connections)
    #expect(chaos.injections("corrupted bodies") > 0)
    try chaos.expectUnharmed(ending)
  }
}

extension ChaosCase {
  /// A job whose workers are missed after a second.
  fileprivate func job() throws -> String {
    try bench.job(
      """
      unit-size: 4
      scheduling:
        window: 2
        heartbeat-seconds: 0.2
        silence-seconds: 1
        losses-before-quarantine: 50
      """)
  }
}
