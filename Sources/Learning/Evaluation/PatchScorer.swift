import NeuralNetwork

/// Gives patches their probability of deformation.
public protocol PatchScorer {
  /// By which it is told from others.
  var name: String { get }

  /// - Returns: a score of 0…1 for each patch.
  func scores(of patches: LabelledPatches) throws -> [Float]
}

/// A network of a model file, as a sweep runs it: on the central window of its input size, with mid-gray where there is no
/// data.
public final class NetworkScorer: PatchScorer {
  public let name: String
  private let classifier: PatchClassifier

  /// - Parameters:
  ///   - model: The model file.
  ///   - name: The model's own by default.
  ///   - batchCapacity: Patches that are judged at once.
  /// - Throws: `ModelError`.
  public init(_ model: ModelFile, name: String? = nil, batchCapacity: Int = 64) throws {
    self.name = name ?? model.metadata.name
    classifier = try PatchClassifier(model: model, batchCapacity: batchCapacity)
  }

  /// - Throws: ``DataSetError`` for patches smaller than the network's input, and for a network that gives no
  ///   probabilities.
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
      for place in 0..<count {
        gray.withUnsafeMutableBufferPointer {
          ShownPatch(first + place, of: patches).write(
            size: size,
            into: UnsafeMutableBufferPointer(rebasing: $0[(place * size * size)..<((place + 1) * size * size)]))
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
