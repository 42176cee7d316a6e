import Foundation
import Testing

extension Chaos {
  /// Stacks that are ruined while the sweep goes on, before it has come to them.
  @Test(.named("ruin-meanwhile")) func whatIsRuinedMeanwhileCostsOnlyItself() throws {
    let chaos = try ruined("ruin-meanwhile", Ruin.allCases)
    let sweep = try chaos.bench.start(chaos.arguments)
    try chaos.bench.waitForOutcomes(chaos.baseline.results.interferograms.count / 4, while: sweep)
    try chaos.ruin(Ruin.allCases)
    try chaos.expectOnlyExcepted(Ruin.allCases, try sweep.wait())
  }

  /// Stacks that are ruined between the plan and the sweep, which looks at them again when it starts.
  @Test(.named("ruin-after-plan")) func whatIsRuinedAfterThePlanCostsOnlyItself() throws {
    let ruins = Ruin.allCases.filter { $0 != .otherGrid && $0 != .otherPairs }
    let chaos = try ruined("ruin-after-plan", ruins)
    let plan = try chaos.bench.start(chaos.arguments + ["--plan-only"])
    #expect(try plan.wait() == .exited(0))
    try chaos.ruin(ruins)
    try chaos.expectOnlyExcepted(ruins, try chaos.bench.start(chaos.arguments).wait())
  }

  /// Stacks that were replaced between the plan and the sweep are planned anew: the results are those of a sweep that
  /// never saw the old ones.
  @Test(.named("replaced-after-plan")) func whatIsReplacedAfterThePlanIsSweptAsItIsNow() throws {
    let ruins = [Ruin.otherGrid, .otherPairs]
    let chaos = try ruined("replaced-after-plan", ruins)
    #expect(try chaos.bench.start(chaos.arguments + ["--plan-only"]).wait() == .exited(0))
    try chaos.ruin(ruins)
    let planned = chaos.bench.folder.appending(path: "planned")
    try FileManager.default.moveItem(at: chaos.bench.run, to: planned)
    #expect(try chaos.bench.start(chaos.arguments).wait() == .exited(0))
    let expected = try chaos.bench.results()
    try FileManager.default.removeItem(at: chaos.bench.run)
    try FileManager.default.moveItem(at: planned, to: chaos.bench.run)
    try chaos.expectUnharmed(try chaos.bench.start(chaos.arguments).wait(), expected: expected)
  }

  private func ruined(_ name: String, _ ruins: [Ruin]) throws -> ChaosCase {
    let baseline = try Baseline.shared()
    return try ChaosCase(name) { folder in
      let archive = try ChaosArchive(folder, sharingStacksOf: baseline.archive)
      for ruin in ruins { try archive.write(ruin.volcano, pairs: Ruin.pairs) }
      return archive
    }
  }
}

extension ChaosCase {
  fileprivate var arguments: [String] {
    get throws {
      ["sweep", try bench.job("unit-size: 4"), "--workers", "\(ChaosSettings.workers)", "--file-seconds", "3"]
    }
  }

  fileprivate func ruin(_ ruins: [Ruin]) throws {
    for ruin in ruins {
      try ruin.apply(to: bench.archive)
      count("\(ruin)")
    }
  }

  fileprivate func expectOnlyExcepted(_ ruins: [Ruin], _ ending: Program.Ending?) throws {
    var excepted: [String: String] = [:]
    for ruin in ruins { excepted.merge(try ruin.excepted()) { $1 } }
    try expectUnharmed(ending, status: 3, excepted: excepted)
  }
}
