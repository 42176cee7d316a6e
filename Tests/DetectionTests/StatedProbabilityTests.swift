import Foundation
import Imaging
import Interferometry
import Testing

@testable import Detection
@testable import NeuralNetwork

/// Networks whose metadata say that their output is probabilities, where nothing in the network keeps it within 0 to 1.
@Suite struct StatedProbabilityTests {
  private static let grid = Grid(height: 300, width: 340)
  private static let place = GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)

  /// A network that answers every patch with the same number.
  private func model(answering answer: Float) throws -> ModelFile {
    let metadata = [
      "volcsweep.name": "stated", "volcsweep.version": "1", "volcsweep.input_size": "224",
      "volcsweep.channels": "1", "volcsweep.mean": "0", "volcsweep.scale": "1",
      "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
      "volcsweep.output": "probabilities", "volcsweep.training_data": "none",
    ]
    let bytes = ONNXWriter.model(metadata: metadata) { graph in
      graph.node("GlobalAveragePool", "mean", ["input"])
      graph.node("Flatten", "flat", ["mean"])
      graph.tensor("weights", [2, 1], [0, 0])
      graph.tensor("bias", [2], [0.5, answer])
      graph.node("Gemm", "classes", ["flat", "weights", "bias"], ["transB": .integer(1)])
      graph.value(11, "input", [nil, 1, 224, 224])
      graph.value(12, "classes", [nil, 2])
    }
    return try ModelFile(bytes: bytes)
  }

  private func score(_ answer: Float, _ profile: MethodProfile) throws -> Outcome? {
    PatchClassifier.setSingleThreadedBLAS()
    let detector = try Detector(profile: profile, model: model(answering: answer), batchCapacity: 8)
    let phase = SyntheticPhase.fringes(height: 300, width: 340, seed: 1)
    let results = detector.score(count: 1, grid: Self.grid, geoTransform: Self.place) { _, into, _ in
      _ = into.update(from: phase)
      return false
    }
    return results[0]?.outcome
  }

  @Test(arguments: [1.5, -0.25, 1.0001, .greatestFiniteMagnitude] as [Float])
  func anAnswerOutside0To1IsRejectedWithAReasonOfItsOwn(answer: Float) throws {
    // The second profile multiplies probabilities by fractions of pixels, which must hide nothing.
    for profile in [MethodProfile.jgr2018, .biggs2022] {
      #expect(
        try score(answer, profile) == .rejected(reason: RejectionReason.noProbability.description),
        "\(profile.name)")
    }
  }

  @Test(arguments: [(0.75, 0.75), (1.000_005, 1), (-0.000_005, 0)] as [(Float, Float)])
  func roundingIsForgivenAndGoesNoFurther(answer: Float, kept: Float) throws {
    guard case .scored(let result) = try score(answer, .jgr2018) else {
      Issue.record("\(answer) was rejected")
      return
    }
    #expect(result.keptPatches > 0)
    #expect(result.patchProbabilities.allSatisfy { $0.isNaN || $0 == kept })
    #expect((0...1).contains(result.maximumProbability))
  }

  @Test func anotherModelMayScoreWhatIsRejectedForIt() {
    let reason = RejectionReason.noProbability.description
    #expect(Detector.rejectionsByModel.contains(reason) && Detector.rejectionsByMethod.contains(reason))
  }
}
