import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

/// Batches that patches of several interferograms share.
@Suite struct UnitBatchTests {
  private static let grid = Grid(height: 300, width: 340)
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)

  private func detector(batch: Int, profile: MethodProfile = .jgr2018) throws -> Detector {
    let path = "../../Sources/volcsweep/DefaultModel/default-model.onnx"
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized
    return try Detector(profile: profile, model: ModelFile(contentsOf: file), batchCapacity: batch)
  }

  /// Fringes, noise that the gate keeps out, and what is rejected.
  private static let phases: [[Float]] =
    (0..<5).map { SyntheticPhase.fringes(height: 300, width: 340, seed: $0) } + [
      SyntheticPhase.noise(height: 300, width: 340, seed: 3), [Float](repeating: .nan, count: grid.count),
      (0..<grid.count).map { Float($0 % 340) * 0.001 },
    ]

  private func score(_ unit: [Int], by detector: Detector) -> [[UInt32]] {
    let results = detector.score(count: unit.count, grid: Self.grid, geoTransform: Self.place) { index, phase, _ in
      _ = phase.update(from: Self.phases[unit[index]])
      return false
    }
    return unit.indices.map { index in
      switch results[index]?.outcome {
      case .scored(let result):
        result.patchProbabilities.map(\.bitPattern) + [
          result.maximumProbability.bitPattern, UInt32(result.row), UInt32(result.column),
          UInt32(result.pixelsAbove05), UInt32(result.peakScale),
        ] + result.embedding.map(\.bitPattern) + (result.sourceMap?.values ?? []).map { UInt32($0) }
      case .rejected(let reason), .unreadable(let reason), .quarantined(let reason):
        reason.unicodeScalars.map(\.value)
      case nil: []
      }
    }
  }

  @Test(arguments: [1, 5, 8, 32], [MethodProfile.jgr2018, .multiscale])
  func whateverUnitItIsInAnInterferogramsResultHasTheSameBytes(batch: Int, profile: MethodProfile) throws {
    let detector = try detector(batch: batch, profile: profile)
    let alone = Self.phases.indices.map { score([$0], by: detector)[0] }
    #expect(Set(alone).count >= 7, "the interferograms have results that can be told apart")
    var state: UInt64 = 0x5EED
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<12 {
      let unit = (0..<(1 + random(below: 9))).map { _ in random(below: Self.phases.count) }
      for (position, result) in score(unit, by: detector).enumerated() {
        #expect(result == alone[unit[position]], "interferogram \(unit[position]) in \(unit) at \(position)")
      }
    }
  }

  @Test func theBatchesOfAUnitAreFullButForItsLast() throws {
    let detector = try detector(batch: 8)
    let unit = [0, 1, 5, 2, 6, 3, 4, 0, 1, 2]
    var kept = 0
    let results = detector.score(count: unit.count, grid: Self.grid, geoTransform: Self.place) { index, phase, _ in
      _ = phase.update(from: Self.phases[unit[index]])
      return false
    }
    for case .scored(let result) in results.values.map(\.outcome) { kept += result.keptPatches }
    #expect(kept > 16)
    #expect(detector.batchesRun == (kept + 7) / 8)
  }

  @Test func gatedPatchesNeverReachTheNetwork() throws {
    let detector = try detector(batch: 8)
    var stages: Set<Detector.Stage> = []
    let flat = try #require(Self.phases.indices.last)
    let results = detector.score(
      count: 3, grid: Self.grid, geoTransform: Self.place, step: { stage, _ in stages.insert(stage) }
    ) { _, phase, _ in
      _ = phase.update(from: Self.phases[flat])
      return false
    }
    #expect(results.count == 3)
    guard case .scored(let result) = results[0]?.outcome else {
      Issue.record("it was not scored")
      return
    }
    #expect(result.keptPatches == 0 && result.maximumProbability == 0)
    #expect(detector.batchesRun == 0 && !stages.contains(.network))
  }

  /// A large network takes minutes for a batch: the coordinator must see that it goes on.
  @Test func aBatchThatIsUnderWayGivesSignsOfLife() throws {
    let detector = try detector(batch: 128)
    let unit = Array(repeating: 0, count: 12)
    var steps = 0
    _ = detector.score(
      count: unit.count, grid: Self.grid, geoTransform: Self.place,
      step: { stage, _ in steps += stage == .network ? 1 : 0 }
    ) { index, phase, _ in
      _ = phase.update(from: Self.phases[unit[index]])
      return false
    }
    #expect(detector.batchesRun == 1)
    #expect(steps > 2)
  }
}
