import Foundation
import NeuralNetwork

/// The class of each patch among the network's outputs.
struct PatchClasses {
  /// Number of outputs of the class head.
  let count: Int
  /// Index of the background class.
  let background: Int
  /// Class index of each patch.
  let truth: [Int]

  /// With two classes, deforming or background. With more, a deforming patch belongs to the class named like
  /// its source, or else to the deformation class.
  ///
  /// - Throws: ``TrainingError/wrongClasses(_:)`` if no class is the background.
  init(_ patches: LabelledPatches, metadata: ModelMetadata, outputs: Int) throws(TrainingError) {
    count = outputs
    guard outputs > 1 else {
      background = 0
      truth = patches.deforms.map { $0 ? 1 : 0 }
      return
    }
    let names = metadata.classNames
    guard let deformation = names.firstIndex(of: metadata.deformationClass) else {
      throw .wrongClasses("the model's classes \(names) do not include \(metadata.deformationClass)")
    }
    let background =
      names.firstIndex(of: "background") ?? (names.count == 2 ? 1 - deformation : names.count)
    guard background < names.count, background != deformation else {
      throw .wrongClasses("none of the model's classes \(names) is named background")
    }
    self.background = background
    truth = (0..<patches.count).map { patch in
      guard patches.deforms[patch] else { return background }
      return names.firstIndex(of: patches.sources[patch]) ?? deformation
    }
  }

  /// Probability of deformation from the logits of one patch, 0…1.
  func probability(_ logits: Slice<UnsafeBufferPointer<Float>>) -> Float {
    let values = logits.map(Double.init)
    guard values.count > 1 else { return Float(1 / (1 + exp(-values[0]))) }
    let largest = values.max() ?? 0
    let powers = values.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    return Float((total - powers[background]) / total)
  }
}
