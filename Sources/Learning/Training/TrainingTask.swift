import Hashing
import NetworkTraining
import NeuralNetwork

/// Input of a training: network, patches and settings.
public struct TrainingTask: Sendable {
  /// The initial network.
  public let start: ModelFile
  /// Training and validation patches.
  public let patches: LabelledPatches
  /// Which patches are used for training and which for validation.
  public let split: TrainingSplit
  /// Optimizer, schedule and sampling.
  public let settings: TrainingSettings
  /// How the network is prepared; the batch size is that of the settings.
  public let options: TrainingOptions
  /// Variation of training patches; validation patches are not varied.
  public let variation: any PatchVariation
  /// Data set number of each patch, for the weights in the settings; empty for one data set.
  public let dataSets: [Int]

  /// - Parameters:
  ///   - start: The initial network.
  ///   - patches: Training and validation patches.
  ///   - split: Which patches are used for training and which for validation.
  ///   - settings: Optimizer, schedule and sampling.
  ///   - options: How the network is prepared; its batch size is replaced by that of the settings.
  ///   - variation: Variation of training patches; validation patches are not varied.
  ///   - dataSets: Data set number of each patch, for the weights in the settings; empty for one data set.
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

  /// Hash that differs between tasks with different results. It does not cover what a variation does.
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
