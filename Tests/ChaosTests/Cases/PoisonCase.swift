import Foundation
import Testing

extension Chaos {
  /// Five interferograms among thousands that cost every worker that touches them.
  @Test(.named("poison")) func fivePoisonedInterferogramsAreFoundAndNamedAndNothingElseIsTouched() throws {
    let baseline = try Baseline.shared()
    let chaos = try ChaosCase("poison")
    let kinds = ["crash", "crash", "memory", "memory", "hang"]
    let reasons = ["crash": "SIGSEGV", "memory": "memory", "hang": "no progress"]
    var victims: [(volcano: Int, pair: Int)] = []
    while victims.count < kinds.count {
      let victim = (chaos.random.whole(0..<ChaosSettings.volcanoes), chaos.random.whole(0..<ChaosSettings.pairs))
      if !victims.contains(where: { $0 == victim }) { victims.append(victim) }
    }
    var (orders, excepted, names) = ([String](), [String: String](), Set<String>())
    for (kind, victim) in zip(kinds, victims) {
      let name = try ChaosArchive.name(volcano: victim.volcano, pair: victim.pair)
      names.insert(name)
      orders.append("\(kind)=\(name)")
      excepted[try ChaosArchive.listed(volcano: victim.volcano, pair: victim.pair)] = reasons[kind]
      chaos.count(kind)
    }
    let job = try chaos.bench.job(
      "unit-size: 4\nworker-memory: 512\nscheduling:\n  heartbeat-seconds: 0.2\n  stall-seconds: 3")
    let arguments = ["sweep", job, "--workers", "\(ChaosSettings.workers)"]
    let sweep = try chaos.bench.start(
      arguments, environment: ["VOLCSWEEP_POISON": orders.joined(separator: ",")])
    let ending = try sweep.wait()
    let without = try ChaosArchive(
      baseline.archive.folder.deletingLastPathComponent().appending(path: "archive-without-poison"),
      leavingOut: names)
    try chaos.expectUnharmed(
      ending, status: 3, expected: try baseline.undisturbed(without, named: "undisturbed-without-poison"),
      excepted: excepted)
    // Nobody else is suspected for long.
    #expect(chaos.bench.ledger.counts?.quarantined == kinds.count)
  }
}
