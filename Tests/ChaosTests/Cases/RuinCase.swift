import Foundation
import Testing

extension Chaos {
  /// Stacks that are ruined while the sweep goes on, before it has come to them.
  @Test(.named("ruin-meanwhile")) func whatIsRuinedMeanwhileCostsOnlyItself() throws {
    let chaos = try ruined("ruin-meanwhile")
    let sweep = try chaos.bench.start(chaos.arguments)
    try chaos.bench.waitForOutcomes(chaos.baseline.results.interferograms.count / 4, while: sweep)
    try chaos.ruinAll()
    try chaos.expectOnlyRuinedExcepted(try sweep.wait())
  }

  /// Stacks that are ruined between the plan and the sweep, which looks at them again when it starts.
  @Test(.named("ruin-after-plan")) func whatIsRuinedAfterThePlanCostsOnlyItself() throws {
    let chaos = try ruined("ruin-after-plan")
    let plan = try chaos.bench.start(chaos.arguments + ["--plan-only"])
    #expect(try plan.wait() == .exited(0))
    try chaos.ruinAll()
    try chaos.expectOnlyRuinedExcepted(try chaos.bench.start(chaos.arguments).wait())
  }

  private func ruined(_ name: String) throws -> ChaosCase {
    let baseline = try Baseline.shared()
    return try ChaosCase(name) { folder in
      let archive = try ChaosArchive(folder, sharingStacksOf: baseline.archive)
      for ruin in Ruin.allCases { try archive.write(ruin.volcano, pairs: ruin.pairs) }
      return archive
    }
  }
}

extension ChaosCase {
  fileprivate var arguments: [String] {
    get throws {
      let job = try bench.job(
        """
        unit-size: 4
        scheduling:
          heartbeat-seconds: 0.2
          stall-seconds: 3
          losses-before-quarantine: 2
        """)
      return ["sweep", job, "--workers", "\(ChaosSettings.workers)"]
    }
  }

  fileprivate func ruinAll() throws {
    for ruin in Ruin.allCases {
      try ruin.apply(to: bench.archive)
      count("\(ruin)")
    }
  }

  fileprivate func expectOnlyRuinedExcepted(_ ending: Program.Ending?) throws {
    var excepted: [String: String] = [:]
    for ruin in Ruin.allCases { excepted.merge(try ruin.excepted()) { $1 } }
    try expectUnharmed(ending, status: 3, excepted: excepted)
  }
}
