import Foundation
import Testing

@testable import Learning

@Suite struct EvaluationTests {
  private struct Figures: Decodable {
    struct Machine: Decodable {
      var features: [[Double]]
      var deforms: [Bool]
      var learnt: Int
      var scores: [Double]
    }
    var truth: [Bool]
    var scores: [Float]
    var area: Double
    var falseRate, trueRate: [Double]
    var confusion: [Int]
    var accuracy, recall, precision, specificity, recallThreshold, brier, expectedError: Double
    var interval, freeInterval: [Double]
    var svm: Machine
  }

  private let expected: Figures

  init() throws { expected = try Expected.read("metrics.json") }

  @Test func theCurveAndItsAreaAreScikitLearns() throws {
    let curve = try #require(ROCCurve(scores: expected.scores, deforms: expected.truth))
    #expect(abs(curve.area - expected.area) < 1e-12)
    let rates = curve.rates
    #expect(rates.count == expected.falseRate.count)
    for (mine, theirs) in zip(rates, zip(expected.falseRate, expected.trueRate)) {
      #expect(abs(mine.falsePositive - theirs.0) < 1e-12 && abs(mine.truePositive - theirs.1) < 1e-12)
    }
    #expect(curve.threshold(forRecall: 0.9) == Float(expected.recallThreshold))
    #expect(ROCCurve(scores: [0.1, 0.2], deforms: [true, true]) == nil)
  }

  @Test func countsAtAThresholdAreScikitLearns() {
    let confusion = Confusion(scores: expected.scores, deforms: expected.truth, threshold: 0.5)
    let counts = [
      confusion.truePositives, confusion.falsePositives, confusion.trueNegatives, confusion.falseNegatives,
    ]
    #expect(counts == expected.confusion)
    #expect(confusion.accuracy == expected.accuracy && confusion.truePositiveRate == expected.recall)
    #expect(confusion.positivePredictiveValue == expected.precision)
    #expect(confusion.trueNegativeRate == expected.specificity)
    let none = Confusion(scores: [], deforms: [], threshold: 0.5)
    #expect(none.accuracy == nil && none.positivePredictiveValue == nil)
  }

  @Test func calibrationIsScikitLearnsAndNumPys() {
    let calibration = Calibration(scores: expected.scores, deforms: expected.truth)
    #expect(abs(calibration.brierScore - expected.brier) < 1e-7)
    #expect(abs(calibration.expectedError - expected.expectedError) < 1e-7)
    #expect(calibration.bins.map(\.count).reduce(0, +) == expected.truth.count)
  }

  @Test func bootstrapIntervalsAreThoseOfTheSameDrawsAndNearSciPysOwn() throws {
    let set = ScoredPatches(
      model: "m", scores: expected.scores, deforms: expected.truth,
      isHardNegative: expected.truth.map { _ in false }, places: expected.truth.map { _ in "a" })
    let bootstrap = Bootstrap(draws: 300, seed: 9)
    let interval = try #require(bootstrap.interval(count: set.count) { set.subset($0).area })
    #expect(abs(interval.lowerBound - expected.interval[0]) < 1e-12)
    #expect(abs(interval.upperBound - expected.interval[1]) < 1e-12)
    #expect(abs(interval.lowerBound - expected.freeInterval[0]) < 0.01)
    #expect(abs(interval.upperBound - expected.freeInterval[1]) < 0.01)
    #expect(bootstrap.interval(count: 5) { _ in nil } == nil)
  }

  @Test func theSupportVectorMachineIsScikitLearns() throws {
    let svm = expected.svm
    let machine = try TextureClassifier(
      learning: Array(svm.features[..<svm.learnt]), deforms: Array(svm.deforms[..<svm.learnt]))
    for (mine, theirs) in zip(machine.scores(ofFeatures: svm.features), svm.scores) {
      #expect(abs(Double(mine) - theirs) < 2e-3)
    }
    #expect(throws: DataSetError.self) {
      try TextureClassifier(learning: svm.features, deforms: svm.deforms.map { _ in true })
    }
  }

  @Test func textureTellsFringesFromNoise() throws {
    var builder = PatchSetBuilder(side: 64)
    var state: UInt64 = 1
    for patch in 0..<60 {
      let gray = (0..<(64 * 64)).map { pixel -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = UInt8(truncatingIfNeeded: state >> 56)
        guard patch % 2 == 0 else { return noise }
        let (row, column) = (pixel / 64 - 30, pixel % 64 - 20 - patch % 9)
        return UInt8(Int(Double(row * row + column * column).squareRoot() * 14) % 256) &+ noise / 8
      }
      builder.add(gray, deforms: patch % 2 == 0, place: "p\(patch % 6)", origin: "")
    }
    let patches = try builder.patches()
    let machine = try TextureClassifier(learning: patches.subset(Array(0..<40)))
    let rest = patches.subset(Array(40..<60))
    let scored = ScoredPatches(model: machine.name, scores: machine.scores(of: rest), of: rest)
    #expect(scored.area == 1)
    #expect(
      TextureFeatures.features(of: patches.gray(of: 0), hasData: patches.hasData(of: 0), side: 64).count
        == TextureFeatures.count)
  }

  @Test func aFlatPatchHasFiniteTexture() {
    for value in [UInt8(128), 40] {
      let gray = [UInt8](repeating: value, count: 32 * 32)
      for hasData in [true, false] {
        let features = TextureFeatures.features(
          of: gray[...], hasData: Array(repeating: hasData, count: gray.count), side: 32)
        let areFinite = features.allSatisfy { $0.isFinite }
        #expect(areFinite)
      }
    }
  }

  @Test func scoresComePerPlaceAndPerFold() throws {
    let scores = ScoredPatches(
      model: "m", scores: [0.9, 0.2, 0.4, 0.6, 0.1], deforms: [true, false, true, false, false],
      isHardNegative: [false, false, false, true, false], places: ["b", "b", "a", "a", "c"])
    var settings = ModelScores.Settings()
    settings.bootstrap = nil
    let figures = ModelScores(scores, folds: [[0, 1], [2, 3, 4]], settings: settings)
    #expect(figures.places.map(\.name) == ["a", "b", "c"])
    #expect(figures.places.map(\.area) == [0, 1, nil])
    #expect(figures.folds.map(\.area) == [1, 0.5])
    #expect(figures.folds.map(\.hardArea) == [nil, 0])
    #expect(figures.hardArea?.value == 0.5)
    #expect(scores.worst(2, deforming: false) == [3, 1] && scores.worst(5, deforming: true) == [2, 0])
  }
}
