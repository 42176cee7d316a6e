import ArgumentParser
import Foundation
import Learning
import NetworkTraining

extension TrainCommand {
  /// The network to start from, and which layers are new.
  struct Origin: ParsableArguments {
    @Option(help: ArgumentHelp("A model file to start from (ONNX or safetensors), or default.", valueName: "model"))
    var start: String?

    @Option(help: "A network that has learnt nothing: fringe (the default model's), sweep or alexnet.")
    var network: NewNetwork?

    @Flag(help: "Put new last layers in place of those of --start.")
    var newLastLayers = false

    @Flag(help: "Give the network a second head that tells where it deforms: centre and half-widths of a box.")
    var locate = false

    @Flag(help: "Tell a class for each kind of source that the data sets name (dyke, sill, …) instead of two.")
    var bySource = false

    @Option(help: "Which layers learn: all, new, or last:N; new ones always do.")
    var layers = "all"

    @Option(help: "What batch normalisation does: frozen statistics, or each batch's (usual for --network).")
    var normalisation: TrainingOptions.Normalisation?

    @Option(help: "The model's name in its metadata; by default that of the file.")
    var name: String?

    @Option(help: "The model's version in its metadata.")
    var modelVersion = "1"

    @Option(
      help: ArgumentHelp(
        "Have the model say this of itself as well, as limits=…; may be given again.", valueName: "key=text"))
    var entry: [String] = []

    func validate() throws {
      guard (start == nil) != (network == nil) else {
        throw ValidationError("say where to start: either --start MODEL or --network fringe|sweep|alexnet")
      }
      for entry in entry where Self.keyAndText(entry) == nil {
        throw ValidationError("--entry is “\(entry)”, but must be a key of a–z and _, =, and a text")
      }
      guard LayerChoice(layers) != nil else {
        throw ValidationError("the layers are \(layers), but must be all, new or last:N")
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
    @Option(help: "Passes over as many patches as there are.")
    var epochs = 50

    @Option(help: "Steps of an epoch, instead.")
    var stepsPerEpoch: Int?

    @Option(help: "Patches of a batch.")
    var batch = 100

    @Option(help: "adam, or sgd with momentum.")
    var method = TrainingSettings.Method.adam

    @Option(help: "Learning rate of transferred layers.")
    var rate = 1e-4

    @Option(help: "New layers learn so many times faster.")
    var newLayerFactor = 10.0

    @Option(help: "How the rate goes on: cosine or constant.")
    var schedule = TrainingSettings.Schedule.cosine

    @Option(help: "Momentum, or Adam's memory of the slope.")
    var momentum = 0.9

    @Option(help: "Weight decay.")
    var weightDecay = 1e-2

    @Option(help: "Label smoothing.")
    var smoothing = 0.02

    @Option(help: "Share of numbers that are dropped in front of fully connected layers.")
    var dropout = 0.3

    @Option(help: "Epochs without a better validation AUC before it stops; 0 for never.")
    var patience = 10

    @Option(help: "Share of each batch that deforms.")
    var deformingShare = 0.5

    @Option(help: "Share of hard negatives among a batch's quiet patches; as they come by default.")
    var hardShare: Double?

    @Option(
      help: ArgumentHelp(
        "How a batch's deforming patches are shared out among the data sets, with commas; as they come by default.",
        valueName: "shares"))
    var deformingShares: Shares?

    @Option(help: ArgumentHelp("The same for its quiet patches.", valueName: "shares"))
    var quietShares: Shares?

    @Option(
      help: ArgumentHelp(
        """
        For each data set, with commas, the share of its patches that are shifted, stretched and turned to any angle when \
        they are shown; the others are flipped and turned by quarters, which leaves their pixels as they are. 0.8 by default.
        """, valueName: "shares"))
    var movedShares: Shares?

    @Option(help: "What the box's error counts beside the classes'.")
    var locationWeight = 1.0

    @Option(help: "Keep a running mean of the network, of which so much stays at each step; 0 for the last one.")
    var averaging = 0.0

    @Option(help: "Number of threads; as many as there are cores by default.")
    var threads: Int?

    func validate() throws {
      if let threads, !(1...64).contains(threads) {
        throw ValidationError("the number of threads is \(threads), not from 1 to 64")
      }
      guard (0..<1).contains(dropout) else {
        throw ValidationError("the dropout is \(dropout), not from 0 to below 1")
      }
      if let share = movedShares?.numbers.first(where: { !(0...1).contains($0) }) {
        throw ValidationError("a share of moved patches is \(share), not from 0 to 1")
      }
    }

    func settings(seed: UInt64) -> TrainingSettings {
      var settings = TrainingSettings()
      (settings.epochs, settings.stepsPerEpoch, settings.batchSize) = (epochs, stepsPerEpoch, batch)
      (settings.method, settings.learningRate, settings.newLayerFactor) = (method, rate, newLayerFactor)
      (settings.schedule, settings.momentum, settings.weightDecay) = (schedule, momentum, weightDecay)
      (settings.labelSmoothing, settings.patience, settings.deformingShare) = (smoothing, patience, deformingShare)
      (settings.hardShare, settings.locationWeight, settings.averaging) = (hardShare, locationWeight, averaging)
      (settings.deformingShares, settings.quietShares) = (deformingShares?.numbers, quietShares?.numbers)
      settings.seed = seed
      return settings
    }

    func apply(to run: inout TrainingRun, seed: UInt64) throws {
      run.settings = settings(seed: seed)
      run.dropout = dropout
      run.movedShares = movedShares?.numbers
      run.threads = threads ?? min(64, ProcessInfo.processInfo.activeProcessorCount)
    }
  }
}

/// Numbers separated by commas.
struct Shares: ExpressibleByArgument {
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
