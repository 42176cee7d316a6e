import Foundation
import Imaging
import Interferometry
import NetworkTraining
import NeuralNetwork
import Testing

@testable import Detection

/// Where a network says that it deforms.
@Suite struct LocationTests {
  private func patches() throws -> PatchLayout {
    PatchLayout(try #require(PatchGrid(grid: Grid(height: 100, width: 120), size: 60, stride: 30)))
  }

  @Test func aBoxOfACoarseScaleIsInTheInterferogramsPixels() throws {
    let layout = try #require(MethodProfile.multiscale.layout(of: Grid(height: 500, width: 500)))
    // The only patch of the coarsest scale starts 49 coarse pixels of four before the interferogram.
    #expect(
      layout.box([0.5, 0.25, 0.125, 0.0625], of: 13, inputSize: 224)
        == PixelBox(centreRow: 252, centreColumn: 28, halfHeight: 112, halfWidth: 56).clipped(
          to: Grid(height: 500, width: 500))?.box)
  }

  @Test func aLocationIsABoxInTheInterferogramsPixels() throws {
    let patches = try patches()
    // Patch 4 starts at row 30, column 30; of its 60 pixels the network sees the middle 40.
    #expect(
      patches.box([0.5, 0.25, 0.125, 0.2], of: 4, inputSize: 40)
        == PixelBox(centreRow: 60, centreColumn: 50, halfHeight: 5, halfWidth: 8))
    // A box around the first pixel alone.
    #expect(
      patches.box([0, 0, 0.5 / 60, 0.5 / 60], of: 0, inputSize: 60)
        == PixelBox(centreRow: 0, centreColumn: 0, halfHeight: 0.5, halfWidth: 0.5))
  }

  @Test func whatReachesOverTheEdgeIsCutAndWhatIsNoBoxIsLeftOut() throws {
    let patches = try patches()
    // The last patch starts at row 40, column 60.
    let last = patches.count - 1
    #expect(
      patches.box([1, 1, 0.25, 0.5], of: last, inputSize: 60)
        == PixelBox(centreRow: 92.25, centreColumn: 104.75, halfHeight: 7.25, halfWidth: 14.75))
    #expect(
      patches.box([0, 0, 10, 10], of: last, inputSize: 60)
        == PixelBox(centreRow: 49.5, centreColumn: 59.5, halfHeight: 50, halfWidth: 60))
    let strange: [SIMD4<Float>] = [
      [2, 0.5, 0.25, 0.25], [0.5, -5, 0.25, 0.25], [0.5, 0.5, 0, 0.25], [0.5, 0.5, 0.25, -0.25],
      [.nan, 0.5, 0.25, 0.25], [0.5, .nan, 0.25, 0.25], [0.5, 0.5, .nan, 0.25], [0.5, 0.5, 0.25, .nan],
      [.infinity, 0.5, 0.25, 0.25], [0.5, -.infinity, 0.25, 0.25], [3e38, 3e38, 3e38, 3e38],
    ]
    for location in strange { #expect(patches.box(location, of: last, inputSize: 60) == nil, "\(location)") }
  }

  @Test func theLocationOfTheHighestProbabilityStaysWhateverTheOrderAndOfEqualsThatOfTheFirstPatch() {
    let answers: [(patch: Int, probability: Float)] = [(0, 0.5), (1, 0.75), (2, 0.25), (3, 0.75), (4, .nan)]
    var state: UInt64 = 3
    for _ in 0..<20 {
      let unit = UnitScratch()
      guard let grid = PatchGrid(grid: Grid(height: 10, width: 50), size: 10, stride: 10) else { continue }
      unit.begin(interferograms: 1, layout: PatchLayout(grid), embeddingCount: 0)
      let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
      unit.add(UnitScratch.InFlightState(index: 0, statistics: PixelStatistics(phase: nothing, coherence: nil)))
      var left = answers
      while !left.isEmpty {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let answer = left.remove(at: Int(state >> 33) % left.count)
        unit.setProbability(answer.probability, of: answer.patch, entry: 0)
        unit.setLocation(SIMD4(repeating: Float(answer.patch)), of: answer.patch, entry: 0)
      }
      #expect(unit.inFlightStates[0].located?.patch == 1)
      #expect(unit.inFlightStates[0].located?.location == SIMD4(repeating: 1))
    }
  }

  @Test(arguments: [Float.infinity, .nan, 1])
  func anEmbeddingThatIsNotFiniteIsLeftOutAndTheScoreStands(number: Float) throws {
    let layout = try patches()
    let unit = UnitScratch()
    unit.begin(interferograms: 1, layout: layout, embeddingCount: 3)
    let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
    unit.add(UnitScratch.InFlightState(index: 0, statistics: PixelStatistics(phase: nothing, coherence: nil)))
    unit.inFlightStates[0].rejection = nil
    unit.setProbability(0.75, of: 2, entry: 0)
    [0.5, number, 2].withUnsafeBufferPointer {
      unit.setEmbedding($0, of: PatchBatch.Place(entry: 0, patch: 2, rank: 0))
    }
    let result = unit.interferogramResult(
      0, layout: layout, inputSize: 60,
      GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
    guard case .scored(let score) = result.outcome else {
      Issue.record("\(result.outcome)")
      return
    }
    #expect(score.embedding == (number.isFinite ? [0.5, number, 2] : []))
    #expect(score.patchProbabilities[2] == 0.75)
  }

  /// The sweep's small network with a second head: layers before both are shared, and a patch's box does not depend on it.
  @Test func patchesThatShareTheTrunkHaveTheBoxesThatTheyHaveAlone() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../NeuralNetworkTests/Expected/Trunks").standardized
    let plain = try ModelFile(contentsOf: folder.appending(path: "small_sweep.onnx"))
    let grid = Grid(height: 400, width: 420)
    let transform = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
    let phases = (0..<3).map { SyntheticPhase.fringes(height: grid.height, width: grid.width, seed: $0) }
    func results(_ detector: Detector) -> [DetectionResult] {
      let results = detector.score(count: 3, grid: grid, geoTransform: transform) { index, phase, _ in
        _ = phase.update(from: phases[index])
        return false
      }
      return (0..<3).compactMap {
        if case .scored(let result) = results[$0]?.outcome { result } else { nil }
      }
    }
    var boxes = 0
    // Weights at random often tell what is no box.
    for seed in 1...12 as ClosedRange<UInt64> where boxes == 0 {
      let model = try plain.replacingLastLayers(
        ModelDescription(name: "two", version: "1", trainingData: "nothing"), tellsLocation: true,
        random: SeededNumbers(state: seed))
      #expect(model.tellsLocation && !plain.tellsLocation)
      let plan = try Plan.make(for: model, batchCapacity: 8, patchStride: 112)
      #expect(plan.trunk != nil)
      let sharing = try Detector(profile: .jgr2018, model: model, plan: plan, batchCapacity: 8)
      let alone = try Detector(
        profile: .jgr2018, model: model, plan: Plan.make(for: model, batchCapacity: 8), batchCapacity: 8)
      let (found, wanted) = (results(sharing), results(alone))
      #expect(sharing.trunksRun > 0 && alone.trunksRun == 0 && found.count == 3)
      for (one, other) in zip(found, wanted) {
        #expect((one.box == nil) == (other.box == nil))
        guard let box = one.box, let expected = other.box else { continue }
        boxes += 1
        #expect(abs(box.centreRow - expected.centreRow) < 0.01 && abs(box.halfWidth - expected.halfWidth) < 0.01)
      }
    }
    #expect(boxes > 0)
  }
}

/// Numbers from a seed.
private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 31
  }
}
