import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

/// Interferograms that are results by what a layer left behind of them, and by what an earlier sweep knows of them.
@Suite struct StoredActivationsTests {
  private static let grid = Grid(height: 300, width: 340)
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
  private static let phases: [[Float]] =
    (0..<5).map { SyntheticPhase.fringes(height: 300, width: 340, seed: $0) } + [
      SyntheticPhase.noise(height: 300, width: 340, seed: 3), [Float](repeating: .nan, count: grid.count),
    ]

  private static func model() throws -> ModelFile {
    let path = "../../Sources/volcsweep/DefaultModel/default-model.onnx"
    return try ModelFile(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized)
  }

  private func score(
    _ detector: Detector, known: (Int) -> KnownPatches? = { _ in nil }, pixels: (Int) -> [Float] = { phases[$0] }
  ) -> [Int: Detector.InterferogramResult] {
    let count = Self.grid.count
    let phase = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    defer { phase.deallocate() }
    return detector.score(
      count: Self.phases.count, grid: Self.grid, geoTransform: Self.place, known: known,
      pixels: { index in
        _ = phase.update(from: pixels(index))
        return Detector.Pixels(phase: UnsafeBufferPointer(phase), coherence: nil)
      })
  }

  private static func result(_ result: Detector.InterferogramResult?) -> DetectionResult? {
    guard case .scored(let scored) = result?.outcome else { return nil }
    return scored
  }

  private static func bits(_ result: DetectionResult?) -> [UInt32] {
    guard let result else { return [] }
    return result.patchProbabilities.map(\.bitPattern) + [
      result.maximumProbability.bitPattern, UInt32(result.row), UInt32(result.column),
      result.noDataShare.bitPattern,
      UInt32(result.keptPatches), UInt32(result.pixelsAbove05),
    ]
  }

  @Test(arguments: MethodProfile.Name.allCases)
  func aHeadOnStoredActivationsSaysWhatTheWholeNetworkSaysToAThousandth(_ name: MethodProfile.Name) throws {
    let model = try Self.model()
    let profile = MethodProfile(name)
    let splitPoint = try model.splitPoint(after: "relu6", patchStride: profile.stride)
    let storing = try Detector(profile: profile, model: model, batchCapacity: 16, storing: splitPoint)
    let results = score(storing)
    let stored = (0..<5).compactMap { results[$0]?.activations }
    #expect(stored.count == 5)
    #expect(results[6]?.activations == nil, "what is rejected leaves nothing behind")
    let reusing = try Detector(profile: profile, model: model, batchCapacity: 16, reusing: splitPoint)
    #expect(stored.allSatisfy { reusing.accepts($0, grid: Self.grid) })
    let again = reusing.score(stored: stored, grid: Self.grid, geoTransform: Self.place)
    var largest: Float = 0
    for index in 0..<5 {
      let (first, later) = (try #require(Self.result(results[index])), try #require(Self.result(again[index])))
      for (a, b) in zip(first.patchProbabilities, later.patchProbabilities) {
        #expect(a.isNaN == b.isNaN)
        if !a.isNaN { largest = max(largest, abs(a - b)) }
      }
      #expect(first.keptPatches == later.keptPatches && first.noDataShare == later.noDataShare)
      #expect(first.peakScale == later.peakScale && (first.sourceMap == nil) == (later.sourceMap == nil))
      #expect(abs(first.pixelsAbove05 - later.pixelsAbove05) < 2000)
      #expect(abs(first.maximumProbability - later.maximumProbability) < 1e-3)
    }
    #expect(largest < 1e-3 && largest > 0, "\(largest)")
  }

  @Test(arguments: ["conv5", "conv6"])
  func patchesThatShareATrunkAreStoredAsThoseThatStandAlone(layer: String) throws {
    let path = "../NeuralNetworkTests/Expected/Trunks/small_sweep.onnx"
    let model = try ModelFile(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized)
    let splitPoint = try model.splitPoint(after: layer, patchStride: 112)
    let detector = try Detector(
      profile: .jgr2018, model: model, batchCapacity: 8, storing: splitPoint, reusing: splitPoint)
    let results = score(detector)
    #expect(detector.trunksRun > 0)
    let plain = score(try Detector(profile: .jgr2018, model: model, batchCapacity: 8))
    let stored = (0..<5).compactMap { results[$0]?.activations }
    let again = detector.score(stored: stored, grid: Self.grid, geoTransform: Self.place)
    #expect(stored.count == 5 && again.count == 5)
    for index in 0..<5 {
      let (first, later) = (try #require(Self.result(results[index])), try #require(Self.result(again[index])))
      #expect(Self.bits(first) == Self.bits(Self.result(plain[index])))
      for (a, b) in zip(first.patchProbabilities, later.patchProbabilities) where !a.isNaN {
        #expect(abs(a - b) < 1e-3)
      }
    }
  }

  @Test func storingChangesNoByteOfTheScores() throws {
    let model = try Self.model()
    let splitPoint = try model.splitPoint(after: "conv5", patchStride: 112)
    let plain = score(try Detector(profile: .jgr2018, model: model, batchCapacity: 16))
    let storing = score(try Detector(profile: .jgr2018, model: model, batchCapacity: 16, storing: splitPoint))
    #expect(plain.values.allSatisfy { $0.activations == nil })
    for index in 0..<5 {
      #expect(Self.bits(Self.result(plain[index])) == Self.bits(Self.result(storing[index])))
    }
  }

  @Test(arguments: [1, 4, 32])
  func storedActivationsGiveTheSameBytesInWhateverUnit(batch: Int) throws {
    let model = try Self.model()
    let splitPoint = try model.splitPoint(after: "relu6")
    let detector = try Detector(
      profile: .jgr2018, model: model, batchCapacity: batch, storing: splitPoint, reusing: splitPoint)
    let results = score(detector)
    let stored = (0..<5).compactMap { results[$0]?.activations }
    let together = detector.score(stored: stored, grid: Self.grid, geoTransform: Self.place)
    for index in 0..<5 {
      let alone = detector.score(stored: [stored[index]], grid: Self.grid, geoTransform: Self.place)
      #expect(Self.bits(Self.result(alone[0])) == Self.bits(Self.result(together[index])))
      #expect(alone[0]?.activations == nil)
    }
    #expect(detector.score(stored: stored, grid: Self.grid, geoTransform: Self.place, shouldStop: { true }).isEmpty)
  }

  @Test func activationsOfOtherPatchesOrAnotherLayerAreNotAccepted() throws {
    let model = try Self.model()
    let detector = try Detector(
      profile: .jgr2018, model: model, batchCapacity: 8, storing: model.splitPoint(after: "relu6"),
      reusing: model.splitPoint(after: "relu6"))
    let stored = try #require(score(detector)[0]?.activations)
    #expect(!detector.accepts(stored, grid: Grid(height: 500, width: 500)))
    var short = stored
    short.halves.removeLast(2)
    #expect(!detector.accepts(short, grid: Self.grid))
    var fewer = stored
    fewer.fractions.removeLast()
    #expect(!detector.accepts(fewer, grid: Self.grid))
    let other = try Detector(
      profile: .jgr2018, model: model, batchCapacity: 8, reusing: model.splitPoint(after: "conv5"))
    #expect(!other.accepts(stored, grid: Self.grid))
    #expect(!(try Detector(profile: .jgr2018, model: model, batchCapacity: 8)).accepts(stored, grid: Self.grid))
  }

  @Test func whatTheGateSaidBeforeTakesItsPlace() throws {
    let detector = try Detector(profile: .jgr2018, model: Self.model(), batchCapacity: 16)
    let asked = score(detector)
    let results = (0..<5).compactMap { Self.result(asked[$0]) }
    let told = score(detector) { index in
      index < 5
        ? KnownPatches(
          // Whole bytes of bits come from messages.
          kept: results[index].patchProbabilities.map { !$0.isNaN } + [false, false],
          noDataShare: results[index].noDataShare, meanCoherence: nil)
        : nil
    }
    for index in 0..<5 { #expect(Self.bits(Self.result(told[index])) == Self.bits(results[index])) }
    // It is really not asked: all patches of what it keeps out are results when they are said to be kept.
    let noise = try #require(Self.result(asked[5]))
    #expect(noise.keptPatches == 0)
    let forced = score(detector) { _ in
      KnownPatches(kept: noise.patchProbabilities.map { _ in true }, noDataShare: 0.5, meanCoherence: 0.25)
    }
    let result = try #require(Self.result(forced[5]))
    #expect(result.keptPatches == noise.patchProbabilities.count)
    #expect(result.noDataShare == 0.5 && result.meanCoherence == 0.25)
  }
}
