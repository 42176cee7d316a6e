import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Messaging
import SweepHost
import SweepRecords
import Testing

@testable import Coordination

@Suite struct ResultDecodingTests {
  private func score(
    _ change: (inout Volcsweep_InterferogramResult) -> Void = { _ in }
  ) -> Volcsweep_InterferogramResult {
    var score = Volcsweep_Score()
    score.patchProbabilities = [Float(0.5), .nan].withUnsafeBytes { Data($0) }
    (score.patchRows, score.patchColumns) = (1, 2)
    score.maximumProbability = 0.5
    score.keptPatches = 1
    score.noDataShare = 0.25
    score.meanCoherence = .nan
    score.peakScale = 1
    var result = Volcsweep_InterferogramResult()
    result.number = 1
    result.score = score
    (result.box.centreRow, result.box.centreColumn, result.box.halfHeight, result.box.halfWidth) = (3, 4.5, 0.5, 2)
    change(&result)
    return result
  }

  @Test func anHonestResultIsRead() throws {
    guard case .scored(let result) = try Outcome(score()) else {
      Issue.record("not scored")
      return
    }
    #expect(result.patchProbabilities[0] == 0.5 && result.patchProbabilities[1].isNaN)
    #expect(result.meanCoherence == nil)
    #expect(result.box == PixelBox(centreRow: 3, centreColumn: 4.5, halfHeight: 0.5, halfWidth: 2))
    guard case .scored(let other) = try Outcome(score { $0.clearBox() }) else {
      Issue.record("not scored")
      return
    }
    #expect(other.box == nil)
  }

  @Test func aMaskThatDoesNotCoverItsInterferogramIsRefused() throws {
    let path = NSTemporaryDirectory() + "mask-\(UUID().uuidString.prefix(8)).sqlite"
    defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
    let ledger = try Ledger(path: path)
    let grid = Grid(height: 224, width: 300)
    _ = try ledger.plan(
      PlannedStack(
        file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: grid,
        geoTransform: GeoTransform(west: 0, north: 0, longitudeStep: 0.001, latitudeStep: -0.001)),
      pairs: [try #require(DatePair("20240101_20240113"))])
    let plan = try SweepPlan(ledger, rule: PatchRule(profile: .jgr2018, patchSize: 224))
    let phase = (0..<grid.count).map { $0 < 1000 ? Float.nan : 1 }
    let mask = phase.withUnsafeBufferPointer { DataMask(of: $0) }
    #expect(try plan.mask(Data(mask.bytes), of: 1) == mask)
    #expect(try plan.mask(Data(), of: 1) == nil)
    #expect(try plan.mask(Data(mask.bytes), of: 2) == nil)
    for bytes in [Array(mask.bytes.dropLast()), mask.bytes + [1], [0x80], [UInt8](repeating: 0xFF, count: 40)] {
      #expect(throws: MessageError.self) { try plan.mask(Data(bytes), of: 1) }
    }
  }

  @Test func machinesOfOneKindThatTellOtherBoxesDiffer() throws {
    let kind = MachineKind(processor: "p", blasKernel: "k", planHash: "h")
    let other = MachineKind(processor: "q", blasKernel: "k", planHash: "h")
    let (first, later) = (try Outcome(score()), try Outcome(score { $0.box.halfWidth = 2.5 }))
    #expect(ResultComparison.difference(first: first, of: kind, later: first, of: kind) == nil)
    #expect(ResultComparison.difference(first: first, of: kind, later: later, of: kind) != nil)
    #expect(ResultComparison.difference(first: first, of: kind, later: later, of: other) == nil)
  }

  @Test func reasonsAreTakenInTheirFixedFormsAlone() throws {
    let reason = RejectionReason.constant(phase: 1.5).description
    #expect(try Outcome(score { $0.rejection = reason }) == .rejected(reason: reason))
    for trouble in ReadingTrouble.allCases {
      let outcome = try Outcome(
        score {
          $0.unreadable.reason = trouble.description
          $0.unreadable.detail = "file read failed: time = now, buf = 0x7f"
        })
      #expect(outcome == .unreadable(reason: trouble.description))
    }
    for words in ["", "because", ReadingTrouble.pixels.description, "\u{1B}[2J\(reason)", "\(reason)\n"] {
      #expect(throws: MessageError.self) { try Outcome(score { $0.rejection = words }) }
    }
    for words in ["", "unreadable", reason, "\(ReadingTrouble.pixels) on node7"] {
      #expect(throws: MessageError.self) { try Outcome(score { $0.unreadable.reason = words }) }
    }
  }

  @Test func aLyingResultIsRefused() {
    let lies: [(inout Volcsweep_InterferogramResult) -> Void] = [
      { $0.score.patchRows = 2 }, { $0.score.patchRows = .max }, { $0.score.patchProbabilities = Data([1, 2, 3]) },
      { $0.score.patchProbabilities = [Float(1.5), 0].withUnsafeBytes { Data($0) } },
      { $0.score.patchProbabilities = [-Float.infinity, 0].withUnsafeBytes { Data($0) } },
      { $0.score.maximumProbability = .nan }, { $0.score.maximumProbability = 2 },
      { $0.score.latitudeDegrees = 91 },
      { $0.score.longitudeDegrees = .infinity }, { $0.score.noDataShare = -1 }, { $0.score.keptPatches = 3 },
      { $0.score.meanCoherence = 7 }, { $0.box.centreRow = .nan }, { $0.box.centreColumn = -1 },
      { $0.box.centreRow = .infinity }, { $0.box.halfHeight = 0 }, { $0.box.halfWidth = .nan },
      { $0.box.halfWidth = .infinity }, { $0.box = Volcsweep_Box() }, { $0.score.peakScale = 0 },
      { $0.score.patchProbabilities = [Float](repeating: 0.5, count: 17).withUnsafeBytes { Data($0) } },
      { $0.score.sourceRows = 1 }, { $0.score.sourceMap = Data([1]) },
      { ($0.score.sourceMap, $0.score.sourceRows, $0.score.sourceColumns) = (Data([1, 2, 3]), 2, 2) },
      { ($0.score.sourceMap, $0.score.sourceRows, $0.score.sourceColumns) = (Data([1]), .max, .max) },
      { ($0.score.sourceMap, $0.score.sourceRows, $0.score.sourceColumns) = (Data(count: 9000), 9000, 1) },
      { $0.score.embedding = Data([1, 2, 3]) }, { $0.score.embedding = Data(count: 129 * 4) },
      { $0.score.embedding = [Float(1), .nan].withUnsafeBytes { Data($0) } },
      { $0.score.embedding = [Float.infinity].withUnsafeBytes { Data($0) } },
    ]
    for (index, lie) in lies.enumerated() {
      #expect(throws: MessageError.self, "lie \(index)") { try Outcome(score(lie)) }
    }
    #expect(throws: MessageError.self) { try Outcome(Volcsweep_InterferogramResult()) }
  }
}
