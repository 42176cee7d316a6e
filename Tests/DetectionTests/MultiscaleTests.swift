import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

/// The profile of several scales on whole interferograms.
@Suite struct MultiscaleTests {
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)

  private func detector(_ profile: MethodProfile = .multiscale) throws -> Detector {
    let path = "../../Sources/volcsweep/DefaultModel/default-model.onnx"
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: path).standardized
    return try Detector(profile: profile, model: ModelFile(contentsOf: file), batchCapacity: 16)
  }

  private func outcome(_ phase: [Float], _ grid: Grid, by detector: Detector) -> Outcome? {
    detector.score(count: 1, grid: grid, geoTransform: Self.place) { _, target, _ in
      _ = target.update(from: phase)
      return false
    }[0]?.outcome
  }

  private func result(_ phase: [Float], _ grid: Grid, by detector: Detector) throws -> DetectionResult {
    guard case .scored(let result) = outcome(phase, grid, by: detector) else {
      Issue.record("not scored")
      throw CancellationError()
    }
    return result
  }

  /// A dome of some fringes, wrapped.
  private func dome(
    _ grid: Grid, row: Double, column: Double, halfWidth: Double, fringes: Double, constant: Double = 0,
    sign: Double = 1
  ) -> [Float] {
    (0..<grid.count).map { pixel in
      let (down, across) = (Double(pixel / grid.width) - row, Double(pixel % grid.width) - column)
      // Half of the peak at the half-width.
      let shape = pow(1 + (pow(2, 2 / 3.0) - 1) * (down * down + across * across) / (halfWidth * halfWidth), -1.5)
      return Float(sign * (2 * .pi * fringes * shape + constant).remainder(dividingBy: 2 * .pi))
    }
  }

  @Test func anInterferogramSmallerThanAPatchIsScored() throws {
    let grid = Grid(height: 150, width: 190)
    let phase = dome(grid, row: 70, column: 100, halfWidth: 25, fringes: 3)
    let result = try result(phase, grid, by: detector())
    #expect(result.patchProbabilities.count == 3)
    #expect(result.row < 150 && result.column < 190)
    guard case .rejected = outcome(phase, grid, by: try detector(.jgr2018)) else {
      Issue.record("a paper's profile rejects it")
      return
    }
  }

  @Test func tooSmallIsAnEighthOfAPatch() throws {
    let detector = try detector()
    let grid = Grid(height: 27, width: 300)
    let phase = [Float](repeating: 0.5, count: grid.count).enumerated().map { Float($0.offset % 7) * 0.3 }
    #expect(
      outcome(phase, grid, by: detector)
        == .rejected(reason: RejectionReason.tooSmall(grid: grid, patchSize: 28).description))
  }

  @Test(arguments: 0..<8) func neitherAConstantNorTheSignChangesTheScoreOrThePatchesThatPassTheGate(eighth: Int)
    throws
  {
    let grid = Grid(height: 300, width: 330)
    let detector = try detector()
    let plain = try result(dome(grid, row: 140, column: 170, halfWidth: 40, fringes: 2), grid, by: detector)
    let other = try result(
      dome(
        grid, row: 140, column: 170, halfWidth: 40, fringes: 2, constant: Double(eighth) * .pi / 4,
        sign: eighth % 2 == 0 ? 1 : -1), grid, by: detector)
    #expect(plain.keptPatches > 0)
    #expect(other.patchProbabilities.map(\.isNaN) == plain.patchProbabilities.map(\.isNaN))
    #expect(abs(other.maximumProbability - plain.maximumProbability) < 0.02)
    for (one, two) in zip(plain.patchProbabilities, other.patchProbabilities) where !one.isNaN {
      #expect(abs(one - two) < 0.02)
    }
  }

  /// One small, one that fills a patch, one that is broader than a patch.
  @Test(arguments: [(12.0, 2.0, 300.0, 120.0), (60, 3, 230, 260), (120, 5, 260, 240)])
  func aDomeIsFoundWhereItIs(halfWidth: Double, fringes: Double, row: Double, column: Double) throws {
    let grid = Grid(height: 500, width: 500)
    let phase = dome(grid, row: row, column: column, halfWidth: halfWidth, fringes: fringes)
    let result = try result(phase, grid, by: detector())
    #expect(result.maximumProbability > 0.8)
    let distance = hypot(Double(result.row) - row, Double(result.column) - column)
    #expect(distance < 50, "\(result.row), \(result.column) at scale \(result.peakScale)")
    let map = try #require(result.sourceMap)
    #expect(map.highest > 100 && map.probability(row: Int(row), column: Int(column)) > 0.3)
    // The flank of the broadest one is still a third of a fringe high there.
    if halfWidth < 100 { #expect(map.probability(row: 20, column: 480) < 0.2, "where nothing rises") }
    #expect((1...DetectionResult.longestEmbedding).contains(result.embedding.count))
  }

  @Test func thePlaceHasDataWhereverItIsMissing() throws {
    let grid = Grid(height: 300, width: 330)
    let detector = try detector()
    let whole = dome(grid, row: 140, column: 170, halfWidth: 30, fringes: 4)
    for missing in [0..<180, 150..<330] {
      let phase = whole.enumerated().map { missing.contains($0.offset % grid.width) ? Float.nan : $0.element }
      for profile in [MethodProfile.multiscale, .jgr2018] {
        let result = try result(phase, grid, by: profile == .multiscale ? detector : self.detector(profile))
        guard result.maximumProbability > 0 else { continue }
        #expect(!missing.contains(result.column), "\(profile.name)")
        let data = (grid.width - missing.count) * grid.height
        #expect(result.pixelsAbove05 <= data)
      }
    }
  }
}
