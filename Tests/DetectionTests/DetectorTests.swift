import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

private let model = Result {
  try ModelFile(
    contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized)
}

private struct Broken: Error {}

/// The shipped model over small rasters.
private func detector(_ profile: MethodProfile = .jgr2018, batch: Int = 8) throws -> Detector {
  PatchClassifier.setSingleThreadedBLAS()
  return try Detector(profile: profile, model: model.get(), batchCapacity: batch)
}

private let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)

extension Detector {
  fileprivate func score(_ phases: [[Float]], _ grid: Grid, coherence: Float? = nil) -> [Int: InterferogramResult] {
    score(count: phases.count, grid: grid, geoTransform: place) { index, phase, buffer in
      _ = phase.update(from: phases[index])
      if let coherence { buffer.update(repeating: coherence) }
      return coherence != nil
    }
  }

  fileprivate func result(_ phase: [Float], _ grid: Grid) throws -> DetectionResult {
    guard case .scored(let result) = try #require(score([phase], grid)[0]).outcome else { throw Broken() }
    return result
  }
}

@Suite struct DetectorTests {
  private let grid = Grid(height: 300, width: 340)

  @Test(arguments: [MethodProfile.jgr2018, .biggs2022])
  func anInterferogramsResultIsTheSameAloneAnywhereInAUnitAndAfterASplit(profile: MethodProfile) throws {
    let phases = (0..<7).map { SyntheticPhase.fringes(height: 300, width: 340, seed: $0) }
    let detector = try detector(profile)
    let alone = try phases.map { try detector.result($0, grid) }
    #expect(alone.contains { $0.keptPatches > 0 })
    for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 3, 0, 6, 1, 1, 2], [5, 0], [2, 6, 4]] {
      let results = detector.score(order.map { phases[$0] }, grid)
      for (position, index) in order.enumerated() {
        guard case .scored(let result) = results[position]?.outcome else {
          Issue.record("interferogram \(index) got lost")
          continue
        }
        #expect(bits(result) == bits(alone[index]), "interferogram \(index) at \(position)")
      }
    }
  }

  /// Every byte that a result says, NaN included.
  private func bits(_ result: DetectionResult) -> [UInt32] {
    result.patchProbabilities.map(\.bitPattern) + [result.maximumProbability.bitPattern]
      + [result.row, result.column, result.pixelsAbove05, result.pixelsAbove08].map { UInt32($0) }
  }

  @Test func whatCannotBeScoredIsRejectedWithItsReasonAndItsNeighboursAreNot() throws {
    let good = SyntheticPhase.fringes(height: 300, width: 340, seed: 1)
    let phases = [
      good, [Float](repeating: .nan, count: grid.count), [Float](repeating: 1.5, count: grid.count),
      good.map { $0 * 3 }, good,
    ]
    let results = try detector().score(count: 6, grid: grid, geoTransform: place) { index, phase, _ in
      guard index < 5 else { throw Broken() }
      _ = phase.update(from: phases[index])
      return false
    }
    let reasons = (0..<6).map { index -> String in
      switch results[index]?.outcome {
      case .rejected(let reason), .unreadable(let reason): reason
      default: ""
      }
    }
    #expect(reasons[0] == "" && reasons[4] == "")
    #expect(reasons[1].hasPrefix("empty"))
    #expect(reasons[2].hasPrefix("constant"))
    #expect(reasons[3].hasPrefix("not wrapped phase"))
    #expect(results[5]?.outcome == .unreadable(reason: ReadingTrouble.pixels.description), "not its pixels' fault")
    #expect(results[5]?.detail == "\(Broken())", "what was reported is for the log")
    #expect(results[0]?.outcome == results[4]?.outcome)
  }

  @Test(arguments: [255, -9999, .infinity, -1] as [Float])
  func coherenceOutsideItsRangeIsRejected(_ value: Float) throws {
    var coherence = [Float](repeating: 0.5, count: grid.count)
    coherence[7] = value
    let wrong = coherence
    let phase = (0..<grid.count).map { sin(Float($0)) * 3 }
    let results = try detector().score(count: 2, grid: grid, geoTransform: place) { index, into, other in
      _ = into.update(from: phase)
      _ = other.update(from: index == 0 ? wrong : [Float](repeating: 1.001, count: phase.count))
      return true
    }
    guard case .rejected(let reason) = results[0]?.outcome else {
      Issue.record("it was not rejected")
      return
    }
    #expect(reason.hasPrefix("not coherence: values from"))
    if case .rejected(let reason) = results[1]?.outcome { Issue.record("rounding is rejected: \(reason)") }
  }

  @Test func anAnswerOfTheNetworkThatIsNoNumberIsRejectedAndNotTakenForBackground() throws {
    let path = "../../Sources/volcsweep/DefaultModel/default-model.onnx"
    var bytes = try Data(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized)
    let name = try #require(bytes.range(of: Data("hidden.weight".utf8), options: .backwards))
    // The tensor's name is followed by its field of raw bytes: a tag, a length of three bytes, then float32. Weights of
    // 3e38 are numbers, and what they add up to is none.
    let huge = (0..<68 * 512).flatMap { _ in [0xE6, 0xB1, 0x61, 0x7F] as [UInt8] }
    bytes.replaceSubrange(name.upperBound + 4..<name.upperBound + 4 + huge.count, with: huge)
    let broken = try Detector(
      profile: .jgr2018, model: ModelFile(bytes: Array(bytes), file: "broken.onnx"), batchCapacity: 8)
    let phase = SyntheticPhase.fringes(height: 300, width: 340, seed: 1)
    guard case .rejected(let reason) = broken.score([phase], grid)[0]?.outcome else {
      Issue.record("a score made of no numbers")
      return
    }
    #expect(reason.contains("not a number"))
  }

  @Test func aRasterSmallerThanAPatchIsRejected() throws {
    let small = Grid(height: 100, width: 300)
    let results = try detector().score([[Float](repeating: 0, count: small.count)], small)
    guard case .rejected(let reason) = results[0]?.outcome else {
      Issue.record("it was not rejected")
      return
    }
    #expect(reason.hasPrefix("too small"))
  }

  @Test(arguments: [MethodProfile.jgr2018, .biggs2022])
  func openSeaIsNeverACandidate(profile: MethodProfile) throws {
    let detector = try detector(profile)
    for seed in 1...6 as ClosedRange<UInt64> {
      let sea = SyntheticPhase.noise(height: 300, width: 340, seed: seed)
      #expect(try detector.result(sea, grid).maximumProbability < 0.5)
      let half = sea.enumerated().map { $0.offset % 340 < 150 ? Float.nan : $0.element }
      #expect(try detector.result(half, grid).maximumProbability < 0.5)
    }
  }

  @Test func thePeakIsWhereTheMapIsHighestAndItsPlaceIsOnTheGround() throws {
    let result = try detector().result(SyntheticPhase.fringes(height: 300, width: 340, seed: 3), grid)
    #expect((0..<300).contains(result.row) && (0..<340).contains(result.column))
    #expect(abs(result.latitudeDegrees - (1 - 0.001 * (Double(result.row) + 0.5))) < 1e-9)
    #expect(abs(result.longitudeDegrees - (10 + 0.001 * (Double(result.column) + 0.5))) < 1e-9)
    #expect(result.patchProbabilities.count == result.patchRows * result.patchColumns)
    #expect(result.patchProbabilities.count { !$0.isNaN } == result.keptPatches)
    #expect(result.pixelsAbove08 <= result.pixelsAbove05)
    #expect(result.meanCoherence == nil)
  }

  @Test func stoppingLeavesOutTheRestOfTheUnit() throws {
    let phases = (0..<4).map { SyntheticPhase.fringes(height: 300, width: 340, seed: $0) }
    var asked = 0
    let results = try detector().score(
      count: 4, grid: grid, geoTransform: place,
      shouldStop: {
        asked += 1
        return asked > 2
      }
    ) { index, phase, _ in
      _ = phase.update(from: phases[index])
      return false
    }
    #expect(results.keys.sorted() == [0, 1])
  }
}
