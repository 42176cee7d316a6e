import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

/// Interferograms whose patches share the network's trunk.
@Suite struct SharedTrunkTests {
  private static let grid = Grid(height: 341, width: 360)
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)

  private static func model(_ name: String) throws -> ModelFile {
    let path = "../NeuralNetworkTests/Expected/Trunks/\(name).onnx"
    return try ModelFile(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized)
  }

  /// The network without padding and the one like AlexNet, each with its method.
  enum Method: String, CaseIterable {
    case smallSweep = "small_sweep"
    case firstBlock = "first_block"

    var profile: MethodProfile { self == .smallSweep ? .jgr2018 : .biggs2022 }
  }

  private static func detector(_ method: Method, batch: Int, fractions: Bool = true) throws -> Detector {
    let model = try model(method.rawValue)
    return try Detector(
      profile: method.profile, model: model,
      plan: Plan.make(for: model, batchCapacity: batch, patchStride: fractions ? method.profile.stride : nil),
      batchCapacity: batch)
  }

  /// Fringes, some in a corner alone so that few patches are kept, and what is kept out or rejected.
  private static let phases: [[Float]] = {
    let fringes: [[Float]] = (0..<4).map { SyntheticPhase.fringes(height: 341, width: 360, seed: $0) }
    let inACorner = [Float(0.25), 0.3].map { slope -> [Float] in
      (0..<grid.count).map { pixel -> Float in
        let (row, column) = (pixel / 360, pixel % 360)
        guard row >= 175, column < 108 else { return .nan }
        return (slope * Float(row) + 0.1 * Float(column)).remainder(dividingBy: 2 * .pi)
      }
    }
    let flat: [Float] = (0..<grid.count).map { Float($0 % 360) * 0.001 }
    return fringes + inACorner + [[Float](repeating: .nan, count: grid.count), flat]
  }()

  private static func score(_ unit: [Int], by detector: Detector) -> [Outcome?] {
    let results = detector.score(count: unit.count, grid: grid, geoTransform: place) { index, phase, _ in
      _ = phase.update(from: phases[unit[index]])
      return false
    }
    return unit.indices.map { results[$0]?.outcome }
  }

  private static func bits(_ outcome: Outcome?) -> [UInt32] {
    switch outcome {
    case .scored(let result):
      result.patchProbabilities.map(\.bitPattern) + [
        result.maximumProbability.bitPattern, UInt32(result.row), UInt32(result.column),
        UInt32(result.pixelsAbove05),
      ]
    case .rejected(let reason), .unreadable(let reason), .quarantined(let reason):
      reason.unicodeScalars.map(\.value)
    case nil: []
    }
  }

  @Test(arguments: Method.allCases)
  func sharingChangesNoPatchsProbabilityBeyondRounding(method: Method) throws {
    let sharing = try Self.detector(method, batch: 32)
    let plain = try Self.detector(method, batch: 32, fractions: false)
    let all = Array(Self.phases.indices)
    let (found, wanted) = (Self.score(all, by: sharing), Self.score(all, by: plain))
    #expect(plain.trunksRun == 0)
    var compared = 0
    for (one, other) in zip(found, wanted) {
      guard case .scored(let one) = one, case .scored(let other) = other else {
        #expect(one == other)
        continue
      }
      #expect(one.patchRows == other.patchRows && one.patchColumns == other.patchColumns)
      for (p, q) in zip(one.patchProbabilities, other.patchProbabilities) where !(p.isNaN && q.isNaN) {
        // Sums in another order, and Winograd's tiles at other places: some millionths of a logit.
        #expect(abs(p - q) <= 1e-5)
        compared += 1
      }
      #expect(abs(one.maximumProbability - other.maximumProbability) <= 1e-5)
    }
    #expect(compared >= 20)
  }

  @Test(arguments: Method.allCases, [1, 5, 32])
  func whateverUnitItIsInAnInterferogramsResultHasTheSameBytes(method: Method, batch: Int) throws {
    let detector = try Self.detector(method, batch: batch)
    let alone = Self.phases.indices.map { Self.bits(Self.score([$0], by: detector)[0]) }
    #expect(Set(alone).count >= 7, "the interferograms have results that can be told apart")
    #expect(detector.trunksRun >= 4)
    var state: UInt64 = 0x5EED
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<8 {
      let unit = (0..<(1 + random(below: 9))).map { _ in random(below: Self.phases.count) }
      for (position, result) in Self.score(unit, by: detector).map(Self.bits).enumerated() {
        #expect(result == alone[unit[position]], "interferogram \(unit[position]) in \(unit) at \(position)")
      }
    }
  }

  @Test(arguments: Method.allCases)
  func whereFewPatchesAreKeptTheyRunAloneAndWhereNoneIsNothingRuns(method: Method) throws {
    let detector = try Self.detector(method, batch: 32)
    for phase in Self.phases.indices {
      let before = (detector.trunksRun, detector.batchesRun)
      let outcome = Self.score([phase], by: detector)[0]
      let kept = if case .scored(let result) = outcome { result.keptPatches } else { 0 }
      let ran = detector.trunksRun - before.0
      switch phase {
      case 0..<4: #expect(ran == 1, "\(kept) patches kept")
      case 4..<6: #expect(ran == 0 && kept > 0, "\(kept) patches kept")
      default: #expect(ran == (kept > 0 ? 1 : 0), "\(kept) patches kept")
      }
      #expect(detector.batchesRun - before.1 == (kept > 0 ? 1 : 0))
    }
  }

  @Test func theLastPatchesAreFlushWithTheEdgeAlsoOfANetworkThatSharesItsTrunk() throws {
    let rule = try Self.detector(.smallSweep, batch: 1).rule
    let patches = try #require(rule.layout(of: Grid(height: 500, width: 500))?.scales[0].patches)
    #expect(rule.alignment == 1)
    #expect(patches.rowStarts.last == 500 - rule.patchSize && patches.columnStarts.last == 500 - rule.patchSize)
    #expect(patches.coveredHeight == 500 && patches.coveredWidth == 500)
    let other = try Self.detector(.firstBlock, batch: 1).rule
    #expect(
      other.layout(of: Grid(height: 500, width: 500))?.scales[0].patches.rowStarts == [0, 56, 112, 168, 224, 273])
  }

  /// A plan for another distance between patches, as a model may have that sees the middle of each.
  @Test func patchesOffTheTrunksLatticeRunAlone() throws {
    let model = try Self.model("small_sweep")
    let odd = try Detector(
      profile: .biggs2022, model: model, plan: Plan.make(for: model, batchCapacity: 8, patchStride: 16),
      batchCapacity: 8)
    let plain = try Detector(
      profile: .biggs2022, model: model, plan: Plan.make(for: model, batchCapacity: 8), batchCapacity: 8)
    guard case .scored(let one) = Self.score([1], by: odd)[0],
      case .scored(let other) = Self.score([1], by: plain)[0]
    else {
      Issue.record("it was not scored")
      return
    }
    #expect(odd.trunksRun == 1)
    for (p, q) in zip(one.patchProbabilities, other.patchProbabilities) where !(p.isNaN && q.isNaN) {
      #expect(abs(p - q) <= 1e-5)
    }
  }
}
