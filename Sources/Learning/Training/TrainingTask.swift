import Hashing
import NetworkTraining
import NeuralNetwork

/// What a network starts from, what it learns from and how.
public struct TrainingTask: Sendable {
  public let start: ModelFile
  public let patches: LabelledPatches
  public let split: TrainingSplit
  public let settings: TrainingSettings
  public let options: TrainingOptions
  public let variation: any PatchVariation
  /// The number of each patch's data set, for the settings' shares; empty where there is one.
  public let dataSets: [Int]

  /// - Parameters:
  ///   - start: The network as it is before.
  ///   - patches: What it learns from and is measured on.
  ///   - split: Which are for learning, and which for measuring.
  ///   - settings: How it learns.
  ///   - options: How it is made ready; its batch size becomes that of the settings.
  ///   - variation: How patches are shown while learning; for measuring they are shown as they are.
  ///   - dataSets: The number of each patch's data set, for the settings' shares; empty where there is one.
  public init(
    start: ModelFile, patches: LabelledPatches, split: TrainingSplit, settings: TrainingSettings,
    options: TrainingOptions, variation: any PatchVariation = CentredPatch(), dataSets: [Int] = []
  ) {
    self.start = start
    self.patches = patches
    self.split = split
    self.settings = settings
    var options = options
    options.batchSize = max(1, settings.batchSize)
    self.options = options
    precondition(dataSets.isEmpty || dataSets.count == patches.count, "each patch comes from a data set")
    self.variation = variation
    self.dataSets = dataSets
  }

  /// A number that differs between tasks whose trainings differ, but for what a variation does.
  var fingerprint: UInt64 {
    var hash = FNV1a()
    hash.add(start.onnx())
    hash.add(patches.gray)
    hash.add(patches.deforms.map { $0 ? 1 : 0 })
    hash.add(patches.isHardNegative.map { $0 ? 1 : 0 })
    hash.add("\(patches.boxes)\(patches.sources)\(split.training)\(split.validation)".utf8)
    if !dataSets.isEmpty { hash.add("\(dataSets)".utf8) }
    hash.add("\(options.normalisation)\(options.dropout)\(options.memoryMegabytes)".utf8)
    hash.add("\((options.trainedLayers ?? []).sorted())\(options.trainedLayers == nil)".utf8)
    return hash.value
  }
}
