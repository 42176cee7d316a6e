import NeuralNetwork

/// Estimates the probability that a patch shows deformation.
public protocol PatchScorer {
  /// Name of the model in tables and plots.
  var name: String { get }

  /// Scores all patches of a set.
  ///
  /// - Returns: one score in 0…1 per patch.
  func scores(of patches: LabelledPatches) throws -> [Float]
}

/// A network from a model file, run as in a sweep: on the central window of its input size, with mid-gray
/// where there is no data.
public final class NetworkScorer: PatchScorer {
  /// Name in tables and plots.
  public let name: String
  private let classifier: PatchClassifier

  /// - Parameters:
  ///   - model: The model file.
  ///   - name: Name of the scorer; the model's own name by default.
  ///   - batchCapacity: Patches per batch.
  /// - Throws: `ModelError`.
  public init(_ model: ModelFile, name: String? = nil, batchCapacity: Int = 64) throws {
    self.name = name ?? model.metadata.name
    classifier = try PatchClassifier(model: model, batchCapacity: batchCapacity)
  }

  /// Probability of deformation, 0…1, of each patch.
  ///
  /// - Throws: ``DataSetError`` if patches are smaller than the network's input, or the network's output is
  ///   no probability.
  public func scores(of patches: LabelledPatches) throws -> [Float] {
    let size = classifier.inputSize
    guard patches.side >= size else {
      throw DataSetError(
        file: name, problem: "wants patches of \(size) pixels, these have \(patches.side); cut larger ones")
    }
    var scores: [Float] = []
    var gray = [Float](repeating: 0, count: classifier.batchCapacity * size * size)
    var probabilities = [Float](repeating: 0, count: classifier.batchCapacity)
    for first in stride(from: 0, to: patches.count, by: classifier.batchCapacity) {
      let count = min(classifier.batchCapacity, patches.count - first)
      for index in 0..<count {
        gray.withUnsafeMutableBufferPointer {
          ShownPatch(first + index, of: patches).write(
            size: size,
            into: UnsafeMutableBufferPointer(rebasing: $0[(index * size * size)..<((index + 1) * size * size)]))
        }
      }
      gray.withUnsafeBufferPointer { gray in
        probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: count, probabilities: $0)
        }
      }
      if let bad = probabilities[..<count].firstIndex(where: { !$0.isFinite || $0 < 0 || $0 > 1 + 1e-5 }) {
        throw DataSetError(
          file: name,
          problem:
            "gives patch \(first + bad) the probability \(probabilities[bad]), expected 0 to 1; its weights or its "
            + "metadata entries mean, scale and output are wrong")
      }
      scores += probabilities[..<count]
    }
    return scores
  }
}
