import Foundation
import Interferometry
import Messaging
import SweepRecords
import Testing

@testable import Coordination

/// Maps of sources, embeddings and scales that workers send.
@Suite struct SourceResultTests {
  private static let grid = Grid(height: 300, width: 301)

  /// A plan of one interferogram with 4 patches at scale 1 and one at scale 2.
  private static func plan() throws -> SweepPlan {
    let open = OpenInterferogram(number: 1, stack: 1, pair: try #require(DatePair("20240101_20240113")))
    let stack = PlannedStack(
      file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: grid,
      geoTransform: GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001))
    return SweepPlan(
      units: [], proven: [], nextUnit: 1, parents: [:], stacks: [1: stack],
      shapes: [1: SweepPlan.PatchShape(rows: 2, columns: 2, count: 5, scales: [1, 2])], interferograms: [open],
      others: [], leftCount: 0, memory: SweepPlan.Memory())
  }

  private static func message(
    _ change: (inout Volcsweep_Score) -> Void = { _ in }
  ) -> Volcsweep_InterferogramResult {
    var score = Volcsweep_Score()
    score.patchProbabilities = [Float(0.5), .nan, 0.25, 0, 0.75].withUnsafeBytes { Data($0) }
    (score.patchRows, score.patchColumns, score.keptPatches) = (2, 2, 4)
    (score.maximumProbability, score.meanCoherence, score.peakScale) = (0.75, .nan, 2)
    (score.sourceRows, score.sourceColumns, score.sourceMap) = (38, 38, Data(repeating: 7, count: 38 * 38))
    score.embedding = [Float(1), -2.5].withUnsafeBytes { Data($0) }
    change(&score)
    var result = Volcsweep_InterferogramResult()
    result.number = 1
    result.score = score
    return result
  }

  private static func result(
    _ change: (inout Volcsweep_Score) -> Void = { _ in }
  ) throws -> DetectionResult {
    guard case .scored(let result) = try Outcome(message(change)) else { throw MessageError("not scored") }
    return result
  }

  @Test func anHonestResultIsReadAndFitsItsPlan() throws {
    let outcome = try Outcome(Self.message())
    try Self.plan().check(outcome, of: 1)
    guard case .scored(let result) = outcome else { return }
    #expect(result.peakScale == 2 && result.patchProbabilities.count == 5 && result.embedding == [1, -2.5])
    #expect(result.sourceMap == SourceMap(grid: Self.grid, values: [UInt8](repeating: 7, count: 38 * 38)))
  }

  @Test func whatDoesNotFitThePlannedStackIsRefused() throws {
    let lies: [(inout Volcsweep_Score) -> Void] = [
      { $0.peakScale = 4 }, { ($0.sourceRows, $0.sourceColumns) = (19, 76) },
      { ($0.sourceRows, $0.sourceMap) = (37, Data(count: 37 * 38)) },
      { $0.patchProbabilities = [Float](repeating: 0.5, count: 4).withUnsafeBytes { Data($0) } },
      { $0.patchProbabilities = [Float](repeating: 0.5, count: 6).withUnsafeBytes { Data($0) } },
    ]
    let plan = try Self.plan()
    for (index, lie) in lies.enumerated() {
      let outcome = try Outcome(Self.message(lie))
      #expect(throws: MessageError.self, "lie \(index)") { try plan.check(outcome, of: 1) }
    }
  }

  private static let kind = MachineKind(processor: "p", blasKernel: "k", planHash: "h")
  private static let other = MachineKind(processor: "q", blasKernel: "k", planHash: "h")

  private static func differs(_ change: (inout Volcsweep_Score) -> Void, of later: MachineKind) throws -> Bool {
    let (first, changed) = (try result(), try result(change))
    return ResultComparison.difference(first: .scored(first), of: kind, later: .scored(changed), of: later) != nil
  }

  @Test func machinesOfOtherKindsMayDifferByAStepAndEqualOnesMayNot() throws {
    let small: [(inout Volcsweep_Score) -> Void] = [
      { $0.sourceMap[5] = 8 }, { $0.embedding = [Float(1.0009), -2.5].withUnsafeBytes { Data($0) } },
      { $0.peakScale = 1 },
    ]
    for (index, change) in small.enumerated() {
      #expect(try Self.differs(change, of: Self.kind), "change \(index)")
      #expect(try !Self.differs(change, of: Self.other), "change \(index)")
    }
    let large: [(inout Volcsweep_Score) -> Void] = [
      { $0.sourceMap[5] = 9 }, { ($0.sourceMap, $0.sourceRows, $0.sourceColumns) = (Data(), 0, 0) },
      { ($0.sourceRows, $0.sourceColumns) = (19, 76) },
      { $0.embedding = [Float(1.01), -2.5].withUnsafeBytes { Data($0) } }, { $0.embedding = Data() },
    ]
    for (index, change) in large.enumerated() {
      #expect(try Self.differs(change, of: Self.kind), "change \(index)")
      #expect(try Self.differs(change, of: Self.other), "change \(index)")
    }
  }

  @Test func mapsThatAMessageHasNoSpaceForAreLeftOutAndAreNoDifference() throws {
    // 500 × 500 pixels always fit, in the largest unit.
    #expect(SourceMapBudget.certainBytes >= 63 * 63)
    var unit = Volcsweep_UnitResult()
    let cells = SourceMapBudget.unitBytes / 4 - 1
    for number in 1...6 {
      var message = Self.message { score in
        (score.sourceMap, score.sourceRows) = (Data(count: cells), UInt32(cells))
        score.sourceColumns = 1
      }
      message.number = UInt32(number)
      if number == 2 { message.rejection = RejectionReason.empty.description }
      unit.interferograms.append(message)
    }
    unit.limitSourceMaps()
    #expect(unit.interferograms.map { $0.score.sourceMap.isEmpty } == [false, true, false, false, false, true])
    #expect(unit.interferograms[5].score.sourceRows == 0 && unit.interferograms[5].score.embedding.count == 8)
    #expect(unit.interferograms[1].rejection == RejectionReason.empty.description)
    var (first, later) = (try Self.result(), try Self.result())
    (first.sourceMap, later.sourceMap) = (SourceMap(grid: Grid(height: 530, width: 530)), nil)
    for kind in [Self.kind, Self.other] {
      #expect(
        ResultComparison.difference(first: .scored(first), of: Self.kind, later: .scored(later), of: kind) == nil)
    }
  }

  /// The ledger keeps embeddings in half precision, so a result that is computed again is the same.
  @Test func anEmbeddingAsTheLedgerKeepsItIsTheSame() throws {
    var first = try Self.result()
    first.embedding = [0.1, -1234.567, 1e-9, 1e6]
    var kept = first
    kept.embedding = HalfPrecisionNumbers.values(HalfPrecisionNumbers.rounded(first.embedding))
    #expect(kept.embedding != first.embedding)
    for later in [Self.kind, Self.other] {
      #expect(
        ResultComparison.difference(first: .scored(kept), of: Self.kind, later: .scored(first), of: later) == nil)
    }
  }
}
