import ArgumentParser
import Foundation
import Learning
import NetworkTraining

extension TrainCommand {
  /// The network to start from, and which layers are new.
  struct Origin: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Model file to start from (ONNX or safetensors), or default for the built-in model.", valueName: "model"))
    var start: String?

    @Option(help: "Untrained network: fringe (as in the built-in model), sweep or alexnet.")
    var network: NewNetwork?

    @Flag(help: "Replace the last layers of --start by new ones.")
    var newLastLayers = false

    @Flag(help: "Add a location head that predicts a bounding box of the deformation.")
    var locate = false

    @Flag(help: "Train one class per source type in the data sets (dyke, sill, …) instead of two classes.")
    var bySource = false

    @Option(help: "Layers to train: all, new or last:N; new layers are always trained.")
    var layers = "all"

    @Option(help: "Batch normalisation: frozen statistics, or those of each batch (recommended with --network).")
    var normalisation: TrainingOptions.Normalisation?

    @Option(help: "Model name in the metadata (default: file name).")
    var name: String?

    @Option(help: "Model version in the metadata.")
    var modelVersion = "1"

    @Option(
      help: ArgumentHelp(
        "Additional metadata entry, such as limits=…. May be repeated.", valueName: "key=text"))
    var entry: [String] = []

    func validate() throws {
      guard (start == nil) != (network == nil) else {
        throw ValidationError("pass either --start MODEL or --network fringe|sweep|alexnet")
      }
      for entry in entry where Self.keyAndText(entry) == nil {
        throw ValidationError("--entry is “\(entry)”, but must be key=text with a key of a–z and _")
      }
      guard LayerChoice(layers) != nil else {
        throw ValidationError("--layers is \(layers), but must be all, new or last:N")
      }
    }

    private static func keyAndText(_ entry: String) -> (key: String, text: String)? {
      guard let sign = entry.firstIndex(of: "=") else { return nil }
      let (key, text) = (entry[..<sign], entry[entry.index(after: sign)...])
      guard !key.isEmpty, !text.isEmpty, key.allSatisfy({ "a"..."z" ~= $0 || $0 == "_" }) else { return nil }
      return (String(key), String(text))
    }

    func startingPoint() throws -> TrainingRun.Start {
      if let network { return .new(network) }
      let path = start ?? "default"
      return .model(path: path == "default" ? try Installation.defaultModel() : path)
    }

    func apply(to run: inout TrainingRun) throws {
      run.replacesLastLayers = newLastLayers
      run.tellsLocation = locate
      run.classesBySource = bySource
      run.normalisation = normalisation
      run.layers = LayerChoice(layers) ?? .all
      for case let (key, text)? in entry.map(Self.keyAndText) { run.entries[key] = text }
      if let name { run.name = name }
      run.version = modelVersion
    }
  }

  /// Steps, learning rates and batches.
  struct LearningOptions: ParsableArguments {
    @Option(help: "Number of epochs (passes over the training set).")
    var epochs = 50

    @Option(help: "Steps per epoch (default: one pass over the training set).")
    var stepsPerEpoch: Int?

    @Option(help: "Batch size in patches.")
    var batch = 100

    @Option(help: "Optimiser: adam, or sgd with momentum.")
    var method = TrainingSettings.Method.adam

    @Option(help: "Learning rate of transferred layers.")
    var rate = 1e-4

    @Option(help: "Factor on the learning rate for new layers.")
    var newLayerFactor = 10.0

    @Option(help: "Learning rate schedule: cosine or constant.")
    var schedule = TrainingSettings.Schedule.cosine

    @Option(help: "Momentum of sgd, or beta1 of adam.")
    var momentum = 0.9

    @Option(help: "Weight decay.")
    var weightDecay = 1e-2

    @Option(help: "Label smoothing.")
    var smoothing = 0.02

    @Option(help: "Dropout rate in front of fully connected layers.")
    var dropout = 0.3

    @Option(help: "Early stopping: epochs without a better validation AUC; 0 disables it.")
    var patience = 10

    @Option(name: .customLong("deforming-fraction"), help: "Fraction of deforming patches in each batch.")
    var deformingFraction = 0.5

    @Option(
      name: .customLong("hard-fraction"),
      help: "Fraction of hard negatives among the quiet patches of a batch (default: as in the data).")
    var hardFraction: Double?

    @Option(
      name: .customLong("deforming-fractions"),
      help: ArgumentHelp(
        "Fractions of a batch's deforming patches from each data set, separated by commas (default: as in the data).",
        valueName: "fractions"))
    var deformingFractions: FractionList?

    @Option(
      name: .customLong("quiet-fractions"),
      help: ArgumentHelp("The same for the quiet patches.", valueName: "fractions"))
    var quietFractions: FractionList?

    @Option(
      name: .customLong("moved-fractions"),
      help: ArgumentHelp(
        """
        Fraction of each data set's patches, separated by commas, that are shifted, scaled and rotated by any angle; the \
        others are only flipped and rotated by multiples of 90°, which does not resample them (default: 0.8).
        """, valueName: "fractions"))
    var movedFractions: FractionList?

    @Option(help: "Weight of the box loss relative to the class loss.")
    var locationWeight = 1.0

    @Option(help: "Decay of the exponential moving average of the weights; 0 disables averaging.")
    var averaging = 0.0

    @Option(help: "Number of threads (default: number of cores).")
    var threads: Int?

    func validate() throws {
      if let threads, !(1...64).contains(threads) {
        throw ValidationError("--threads is \(threads), but must be between 1 and 64")
      }
      guard (0..<1).contains(dropout) else {
        throw ValidationError("--dropout is \(dropout), but must be at least 0 and below 1")
      }
      if let fraction = movedFractions?.numbers.first(where: { !(0...1).contains($0) }) {
        throw ValidationError("--moved-fractions contains \(fraction), but must be between 0 and 1")
      }
    }

    func settings(seed: UInt64) -> TrainingSettings {
      var settings = TrainingSettings()
      (settings.epochs, settings.stepsPerEpoch, settings.batchSize) = (epochs, stepsPerEpoch, batch)
      (settings.method, settings.learningRate, settings.newLayerFactor) = (method, rate, newLayerFactor)
      (settings.schedule, settings.momentum, settings.weightDecay) = (schedule, momentum, weightDecay)
      (settings.labelSmoothing, settings.patience, settings.deformingShare) = (
        smoothing, patience, deformingFraction
      )
      (settings.hardShare, settings.locationWeight, settings.averaging) = (hardFraction, locationWeight, averaging)
      (settings.deformingShares, settings.quietShares) = (deformingFractions?.numbers, quietFractions?.numbers)
      settings.seed = seed
      return settings
    }

    func apply(to run: inout TrainingRun, seed: UInt64) throws {
      run.settings = settings(seed: seed)
      run.dropout = dropout
      run.movedFractions = movedFractions?.numbers
      run.threads = threads ?? min(64, ProcessInfo.processInfo.activeProcessorCount)
    }
  }
}

/// Numbers separated by commas.
struct FractionList: ExpressibleByArgument {
  let numbers: [Double]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard !numbers.contains(nil) else { return nil }
    self.numbers = numbers.compactMap { $0 }
  }
}

extension NewNetwork: ExpressibleByArgument {}
extension TrainingSettings.Method: ExpressibleByArgument {}
extension TrainingSettings.Schedule: ExpressibleByArgument {}
extension TrainingOptions.Normalisation: ExpressibleByArgument {}
