import Files
import Foundation
import Imaging
import NetworkTraining
import NeuralNetwork
import RasterIO
import Synthesis

/// A training from data sets to a model file, as run by `volcsweep train`.
///
/// During training `<model>.checkpoint` holds the state from which the same training continues. At the end
/// the curves are in `<model>.training`.
public struct TrainingRun: Sendable {
  /// What training starts from.
  public enum Start: Sendable {
    /// An existing model file.
    case model(path: String)
    /// A new network with random weights.
    case new(NewNetwork)
  }

  /// Which patches are left out of training, and whether they are used for validation.
  public enum Validation: Hashable, Sendable {
    /// No validation.
    case none
    /// About this fraction of the places, 0 ..< 1, is used for validation.
    case fraction(Double)
    /// The places of one fold of a table are used for validation. Places that the table does not name, such
    /// as synthetic ones, are trained on.
    case fold(Int, table: String)
    /// No validation; the places of one fold are left out of training, so that they can evaluate the network
    /// independently of the choice of the best epoch.
    case unseen(Int, table: String)
  }

  /// What training starts from.
  public var start: Start
  /// Path of the model file to write.
  public var output: String
  /// Paths of the data sets; see ``DataSetReader``.
  public var datasets: [String]
  /// How the data sets are read.
  public var reader = DataSetReader()
  /// Which patches are left out of training.
  public var validation = Validation.fraction(0.2)
  /// Optimizer, schedule and sampling.
  public var settings = TrainingSettings()
  /// Which layers are trained.
  public var layers = LayerChoice.all
  /// Treatment of batch normalisation; `nil` for batch statistics in new networks and frozen ones in others.
  public var normalisation: TrainingOptions.Normalisation?
  /// Dropout probability, 0 ..< 1.
  public var dropout = 0.0
  /// Number of threads.
  public var threads = 1
  /// Whether the last layers are replaced by new ones.
  public var replacesLastLayers = false
  /// Whether the network gets a head for the location of the deformation.
  public var tellsLocation = false
  /// Whether there is a class for each kind of source in the data sets.
  public var classesBySource = false
  /// Augmentation of training patches; `nil` for none.
  public var augmentation: Augmentation? = Augmentation()
  /// Fraction of moved patches for each data set, replacing ``Augmentation/movedFraction``; data sets beyond the
  /// end of the list, or all if `nil`, use the default.
  public var movedFractions: [Double]?
  /// Patches that this gate rejects are left out, because a sweep never shows such patches to the network.
  /// `nil` takes all patches.
  public var gate: FringeGateParameters? = FringeGateParameters()
  /// Name of the model; by default the output's file name without its extension.
  public var name: String
  /// Version of the model.
  public var version = "1"
  /// Additional metadata entries of the model, such as scores and limits; keys without the prefix
  /// `volcsweep.`.
  public var entries: [String: String] = [:]

  /// - Parameters:
  ///   - start: What training starts from.
  ///   - datasets: Paths; see ``DataSetReader``.
  ///   - output: Path of the model file to write.
  public init(start: Start, datasets: [String], output: String) {
    self.start = start
    self.datasets = datasets
    self.output = output
    name = URL(filePath: output).deletingPathExtension().lastPathComponent
  }

  /// Events reported during a run.
  public enum Event: Sendable {
    /// A text for the user.
    case remark(String)
    /// A step was completed.
    case progress(Trainer.Progress)
    /// An epoch was completed.
    case epoch(TrainingHistory.Epoch)
  }

  /// Trains, or continues from a checkpoint of the same training.
  ///
  /// - Parameters:
  ///   - tell: Receives events.
  ///   - shouldStop: Called before each step; true requests a stop.
  /// - Returns: why training ended; the model file exists unless it was interrupted.
  /// - Throws: ``TrainingError``, `TrainingSetupError`, `ModelError`, and errors of the data sets and the
  ///   file system.
  public func run(tell: (Event) -> Void, shouldStop: () -> Bool) throws -> Trainer.Ending {
    let (all, counts, remarks) = try reader.readApart(datasets)
    for remark in remarks { tell(.remark(remark)) }
    let passing = passing(all)
    let patches = all.subset(passing)
    let dataSetsOfAll = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
    let dataSets = passing.map { dataSetsOfAll[$0] }
    if patches.count < all.count {
      tell(
        .remark(
          "\(all.count - patches.count) of \(all.count) patches do not pass the sweep's gate and are excluded"))
    }
    let split = try split(patches)
    let whole = try startingModel(patches)
    let trained = layers.layers(of: whole)
    let outdated = whole.outputsOutdated(byTraining: trained)
    let start = whole.leavingOut(outdated)
    if let remark = Self.remark(onLeavingOut: outdated) { tell(.remark(remark)) }
    let task = TrainingTask(
      start: start, patches: patches, split: split, settings: settings,
      options: TrainingOptions(
        batchSize: max(1, settings.batchSize), threads: threads, normalisation: normalisation ?? usualNormalisation,
        dropout: dropout, trainedLayers: trained),
      variation: augmentation.map {
        AugmentedPatch(
          PatchAugmenter(
            patches, augmentation: $0, movedFractions: movedFractions(of: dataSets, usual: $0.movedFraction),
            seed: settings.seed))
      } ?? CentredPatch(), dataSets: dataSets)
    tell(.remark(words(patches, split)))
    let trainer = try Trainer(task)
    if FileManager.default.fileExists(atPath: checkpoint) {
      try trainer.restore(from: checkpoint)
      tell(.remark("continuing from \(checkpoint)"))
    }
    let ending = try trainer.run(
      progress: { tell(.progress($0)) },
      epochDone: { epoch in
        tell(.epoch(epoch))
        try trainer.save(to: checkpoint)
      }, shouldStop: shouldStop)
    guard ending != .interrupted else {
      try trainer.save(to: checkpoint)
      return ending
    }
    try write(
      trainer, leftOut: outdated, pictures: remarks.filter { $0.contains(HephaestusCrops.paletteRemark) })
    try? FileManager.default.removeItem(atPath: checkpoint)
    return ending
  }

  /// What is said of outputs that no longer fit, to the user and in the model; `nil` for none.
  private static func remark(onLeavingOut outputs: [String]) -> String? {
    guard !outputs.isEmpty else { return nil }
    let names = outputs.joined(separator: " and ")
    return outputs.count == 1
      ? "the model loses its output \(names): layers in front of it are trained, and nothing tells it what to learn"
      : "the model loses its outputs \(names): layers in front of them are trained, and nothing tells them what to "
        + "learn"
  }

  private func movedFractions(of dataSets: [Int], usual: Double) -> [Double] {
    let given = movedFractions ?? []
    return dataSets.map { $0 < given.count ? given[$0] : usual }
  }

  private var checkpoint: String { output + ".checkpoint" }

  private var usualNormalisation: TrainingOptions.Normalisation {
    if case .new = start { .batch } else { .frozen }
  }

  /// Indices of the patches that pass the gate.
  private func passing(_ patches: LabelledPatches) -> [Int] {
    guard let gate else { return Array(0..<patches.count) }
    return (0..<patches.count).filter { patch in
      FringeGate.isOpen(
        gray: Array(patches.gray(of: patch)), valid: patches.hasData(of: patch), size: patches.side,
        parameters: gate)
    }
  }

  private func split(_ patches: LabelledPatches) throws -> TrainingSplit {
    switch validation {
    case .none: return TrainingSplit(training: Array(0..<patches.count), validation: [])
    case .fraction(let fraction): return TrainingSplit(patches, validationFraction: fraction, seed: settings.seed)
    case .fold(let fold, let table): return try split(patches, fold: fold, table: table)
    case .unseen(let fold, let table):
      return TrainingSplit(training: try split(patches, fold: fold, table: table).training, validation: [])
    }
  }

  private func split(_ patches: LabelledPatches, fold: Int, table: String) throws -> TrainingSplit {
    let folds = try Folds(contentsOf: table)
    guard (0..<folds.count).contains(fold) else {
      throw TrainingError.badSettings("\(table) has folds 0 to \(folds.count - 1), but not \(fold)")
    }
    func isInFold(_ patch: Int) -> Bool { folds.fold(ofPlace: patches.places[patch]) == fold }
    return TrainingSplit(
      training: (0..<patches.count).filter { !isInFold($0) }, validation: (0..<patches.count).filter(isInFold))
  }
}

/// Model files: the initial one and the result.
extension TrainingRun {
  private func startingModel(_ patches: LabelledPatches) throws -> ModelFile {
    var description = ModelDescription(name: name, version: version, trainingData: "nothing yet")
    if classesBySource {
      description.classNames = ["background", "deformation"] + Set(patches.sources).filter { !$0.isEmpty }.sorted()
    }
    switch start {
    case .new(let network):
      let size = patches.side < network.inputSize ? patches.side : network.inputSize
      let model = try network.model(
        description, inputSize: size, random: RandomStream(seed: settings.seed, path: 0x57A27))
      return tellsLocation ? try replaced(model, description) : model
    case .model(let path):
      let model = try ModelFile(contentsOf: URL(filePath: path))
      if !replacesLastLayers && !classesBySource && (!tellsLocation || model.otherOutputs.contains("location")) {
        return model
      }
      if !classesBySource, !replacesLastLayers {
        description.classNames = model.metadata.classNames
        description.deformationClass = model.metadata.deformationClass
      }
      return try replaced(model, description)
    }
  }

  private func replaced(_ model: ModelFile, _ description: ModelDescription) throws -> ModelFile {
    try model.replacingLastLayers(
      description, tellsLocation: tellsLocation, random: RandomStream(seed: settings.seed, path: 0x4EAD))
  }

  private func words(_ patches: LabelledPatches, _ split: TrainingSplit) -> String {
    func count(_ chosen: [Int]) -> String {
      let (deforming, hard) = (
        chosen.count { patches.deforms[$0] }, chosen.count { patches.isHardNegative[$0] }
      )
      return
        "\(chosen.count) patches of \(Set(chosen.map { patches.places[$0] }).count) places (\(deforming) deforming, "
        + "\(hard) hard negatives)"
    }
    return "training on \(count(split.training))"
      + (split.validation.isEmpty ? "" : ", validating on \(count(split.validation))")
  }

  /// Record of the training patches, including those of earlier trainings.
  private func record(_ trainer: Trainer) throws -> LearntPatches {
    let split = trainer.task.split
    var record = LearntPatches(trainer.task.patches, learnt: split.training, validated: split.validation)
    if case .model = start {
      let model = trainer.task.start
      record.formUnion(
        try LearntPatches(model)
          ?? LearntPatches(
            unknown: "the model that it started from, \(model.metadata.name) \(model.metadata.version), "
              + "does not record which patches it was trained on"))
    }
    return record
  }

  private func write(_ trainer: Trainer, leftOut: [String], pictures: [String]) throws {
    let (patches, split) = (trainer.task.patches, trainer.task.split)
    let names = datasets.map { URL(filePath: $0).lastPathComponent }
    var described = "\(names.joined(separator: ", ")): \(words(patches, split))"
    if let best = trainer.history.bestEpoch, let area = best.validationArea {
      described += String(format: "; validation AUC %.4f after %d epochs", area, best.number)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var entries = [
      "training": String(decoding: try encoder.encode(settings), as: UTF8.self),
      "layers": (trainer.task.options.trainedLayers?.sorted() ?? ["all"]).joined(separator: ","),
      "validation_places": Set(split.validation.map { patches.places[$0] }).sorted().joined(separator: ","),
    ]
    if let gate { entries["gate"] = String(decoding: try encoder.encode(GateRule.fringes(gate)), as: UTF8.self) }
    let reviews = Set((split.training + split.validation).map { patches.origins[$0] }).filter {
      $0.hasPrefix(ReviewedPatches.originPrefix)
    }
    if !reviews.isEmpty { entries["reviews"] = reviews.sorted().joined(separator: "; ") }
    entries.merge(try record(trainer).entries) { $1 }
    if let remark = Self.remark(onLeavingOut: leftOut) { entries["left_out"] = remark }
    if !pictures.isEmpty { entries["pictures"] = pictures.joined(separator: "; ") }
    entries.merge(self.entries) { own, _ in own }
    let old = trainer.task.start.metadata
    let model = trainer.trainedModel().onnx(
      ModelDescription(
        name: name, version: version, classNames: old.classNames, deformationClass: old.deformationClass,
        trainingData: described, entries: entries))
    try TrainingCurves(history: trainer.history, curve: trainer.validationCurve())
      .write(to: URL(filePath: output + ".training", directoryHint: .isDirectory))
    // The model is written last: if it exists, so do the curves.
    try AtomicFile.replace(output, with: Data(model))
  }
}
