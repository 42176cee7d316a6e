import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Testing

@testable import Detection

/// What is promised of the model that is shipped.
@Suite struct DefaultModelTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized
  private static let model = root.appending(path: "Sources/volcsweep/DefaultModel/default-model.onnx")

  /// Each labelled patch with the score of a network that has not seen its place.
  private struct Score {
    let fold: String
    let isDeforming: Bool
    let isHard: Bool
    let value: Double
  }

  private func table(_ name: String) throws -> [[String: String]] {
    let text = try String(contentsOf: Self.root.appending(path: "jobs/default-model/\(name)"), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let header = try #require(lines.first).map(String.init)
    return lines.dropFirst().map {
      Dictionary(zip(header, $0.map(String.init)), uniquingKeysWith: { first, _ in first })
    }
  }

  private func scores() throws -> [Score] {
    let folds = try table("folds.csv").reduce(into: [String: String]()) { $0[$1["volcano"] ?? ""] = $1["fold"] }
    return try table("scores.csv").map { row in
      Score(
        fold: try #require(folds[row["volcano"] ?? ""]), isDeforming: row["deformation"] == "1",
        isHard: row["hard_negative"] == "1",
        value: try #require(Double(row["score"] ?? "")))
    }
  }

  /// The chance that a deforming patch scores above another, ties counting half.
  private func areaUnderCurve(_ scores: [Score]) -> Double {
    let positives = scores.filter(\.isDeforming).map(\.value)
    let negatives = scores.filter { !$0.isDeforming }.map(\.value)
    let wins = positives.reduce(0.0) { sum, positive in
      sum + negatives.reduce(0.0) { $0 + ($1 < positive ? 1 : $1 == positive ? 0.5 : 0) }
    }
    return wins / Double(positives.count * negatives.count)
  }

  @Test func onPlacesThatItsTrainingDidNotSeeItTellsDeformationFromTheRest() throws {
    let scores = try scores()
    #expect(scores.count == 2090)
    #expect(scores.count { $0.isDeforming } == 119)
    #expect(areaUnderCurve(scores) >= 0.97)
    #expect(areaUnderCurve(scores.filter { $0.isDeforming || $0.isHard }) >= 0.95)
    for fold in ["0", "1", "2"] {
      let inFold = scores.filter { $0.fold == fold }
      #expect(areaUnderCurve(inFold) >= 0.94, "fold \(fold)")
    }
  }

  @Test func theDeformingVolcanoesAndTheirNeighboursShareAFold() throws {
    let folds = try table("folds.csv").reduce(into: [String: String]()) { $0[$1["volcano"] ?? ""] = $1["fold"] }
    for place in [
      ["sierra_negra", "cerro_azul"],
      ["erta_ale", "ale_bagu", "alu-dalafilla", "alayta", "afdera", "bora_ale", "hayli_gubbi"],
      ["laguna_del_maule"],
    ] {
      #expect(Set(place.map { folds[$0] ?? "none" }).count == 1, "\(place)")
    }
    #expect(Set(["sierra_negra", "erta_ale", "laguna_del_maule"].map { folds[$0] ?? "none" }).count == 3)
  }

  /// Patches that show nothing, straight to the network, as if no gate had stood before it.
  @Test func blankConstantNoisyAndRampPatchesAreNoCandidates() throws {
    let model = try ModelFile(contentsOf: Self.model)
    let classifier = try PatchClassifier(model: model, batchCapacity: 16)
    let size = classifier.inputSize
    var patches: [[Float]] = stride(from: Float(0), through: 255, by: 8.5).map {
      [Float](repeating: $0, count: size * size)
    }
    for seed in 0..<16 as Range<UInt64> {
      let noise = SyntheticPhase.noise(height: size, width: size, seed: seed + 1).map {
        ($0 + .pi) / (2 * .pi) * 255
      }
      patches.append(noise)
      patches.append(noise.enumerated().map { $0.offset % size < size / 2 ? 127.5 : $0.element })
    }
    for fringes in [0.5, 1, 2, 4] as [Float] {
      for angle in stride(from: Float(0), to: 2 * .pi, by: .pi / 8) {
        patches.append(
          (0..<size * size).map { pixel in
            let along = Float(pixel / size) * cos(angle) + Float(pixel % size) * sin(angle)
            let turns = along / Float(size) * fringes + 10
            return (turns - turns.rounded(.down)) * 255
          })
      }
    }
    var probabilities = [Float](repeating: 0, count: 16)
    for start in stride(from: 0, to: patches.count, by: 16) {
      let batch = Array(patches[start..<min(start + 16, patches.count)])
      batch.flatMap { $0 }.withUnsafeBufferPointer { gray in
        probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: batch.count, probabilities: $0)
        }
      }
      for index in batch.indices { #expect(probabilities[index] < 0.5, "patch \(start + index)") }
    }
  }
}
