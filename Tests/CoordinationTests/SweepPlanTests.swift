import Detection
import Foundation
import GRDB
import Imaging
import Interferometry
import SweepHost
import Testing

@testable import Coordination
@testable import Ledger

/// What a plan counts and takes.
@Suite struct SweepPlanTests {
  private static let rule = PatchRule(profile: .biggs2022, patchSize: 227)

  @Test func interferogramsOfAMisnamedStackAreCountedAsLeft() throws {
    let stage = try Stage(count: 2)
    var other = try #require(try stage.ledger.stacks()[1])
    (other.file, other.volcano) = ("b.h5", "b")
    let pairs = try ["20200101_20200301", "20200101_20200302", "20200101_20200303"].map {
      try #require(DatePair($0))
    }
    _ = try stage.ledger.plan(other, pairs: pairs)
    try stage.ledger.planUnits(size: 2)
    try stage.ledger.database.write {
      try $0.execute(sql: "UPDATE stack SET volcano = '../b' WHERE file = 'b.h5'")
    }
    let plan = try SweepPlan(stage.ledger, rule: Self.rule)
    #expect(plan.interferogramCount == 2 && plan.leftCount == 3)
    #expect(try SweepPlan(stage.ledger, rule: Self.rule, stacks: []).leftCount == 5)
  }

  @Test func whatIsComputedAgainKeepsItsMask() throws {
    var stage = try Stage(count: 2)
    for assignment in stage.join("a") {
      _ = stage.hear(.result(Stage.result(assignment)), from: "a")
    }
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 2)
    let again = try SweepPlan(stage.ledger, rule: Self.rule)
    #expect(again.interferogramCount == 0)
    let number = try #require(try stage.ledger.scoredLast(limit: 1).first?.number)
    let phase = (0..<300 * 300).map { $0 > 7 ? Float(1) : .nan }
    let mask = phase.withUnsafeBufferPointer { DataMask(of: $0) }
    #expect(try again.mask(Data(mask.bytes), of: number) == mask)
  }
}
