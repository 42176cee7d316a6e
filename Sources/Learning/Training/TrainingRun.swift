import Files
import Foundation
import Imaging
import NeuralNetwork
import RasterIO
import Synthesis

/// A training from data sets to a model file: what `volcsweep train` does.
///
/// Beside the model file there is `<model>.checkpoint` while it is under way, from which the same training goes on, and
/// `<model>.training` with its curves.
public struct TrainingRun: Sendable {
  /// What a network is before.
  public enum Start: Sendable {
    case model(path: String)
    case new(NewNetwork)
  }

  /// On what it is measured while it learns.
  public enum Validation: Hashable, Sendable {
    case none
    /// About a share of the places.
    case share(Double)
    /// The places of one fold of a table. Places that the table does not name, as invented ones, are learnt from.
    case fold(Int, table: String)
    /// None, but the places of one fold are not learnt from either, so that they may judge the network afterwards
    /// without having had a say in which epoch is kept.
    case unseen(Int, table: String)
  }

  public var start: Start
  public var output: String
  public var datasets: [String]
  public var reader = DataSetReader()
  public var validation = Validation.share(0.2)
  public var settings = TrainingSettings()
  public var layers = LayerChoice.all
  /// `nil` for batch statistics in new networks, frozen ones in others.
  public var normalisation: TrainingOptions.Normalisation?
  public var dropout = 0.0
  public var threads = 1
  /// Whether the last layers are put in place anew.
  public var replacesLastLayers = false
  public var tellsLocation = false
  /// Whether there is a class for each kind of source that the data sets name.
  public var classesBySource = false
  /// Patches are learnt from as they are where it is `nil`.
  public var augmentation: Augmentation? = Augmentation()
  /// For each data set, in place of ``Augmentation/movedShare``, the share of its patches that are moved; `nil`, or
  /// fewer than there are data sets, for the usual one.
  public var movedShares: [Double]?
  /// Patches that the sweep's gate holds back are not learnt from, as the network will never see such.
  public var gate: FringeGateParameters? = FringeGateParameters()
  public var name: String
  public var version = "1"
  /// What else the model is to say of itself, by keys behind `volcsweep.`: scores, limits.
  public var entries: [String: String] = [:]

  /// - Parameters:
  ///   - start: What the network is before.
  ///   - datasets: Paths, see ``DataSetReader``.
  ///   - output: The model file to write.
  public init(start: Start, datasets: [String], output: String) {
    self.start = start
    self.datasets = datasets
    self.output = output
    name = URL(filePath: output).deletingPathExtension().lastPathComponent
  }

  /// What there is to say while it runs.
  public enum Event: Sendable {
    case remark(String)
    case progress(Trainer.Progress)
    case epoch(TrainingHistory.Epoch)
  }

  /// Trains, or goes on with what a checkpoint of the same training holds.
  ///
  /// - Parameters:
  ///   - tell: Told what happens.
  ///   - shouldStop: Asked before each step.
  /// - Returns: how it ended; there is a model file unless it was interrupted.
  /// - Throws: ``TrainingError``, `TrainingSetupError`, `ModelError`, and errors of the data sets and the file system.
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
          "\(all.count - patches.count) of \(all.count) patches do not pass the sweep's gate and are left out"))
    }
    let split = try split(patches)
    let start = try startingModel(patches)
    let task = TrainingTask(
      start: start, patches: patches, split: split, settings: settings,
      options: TrainingOptions(
        batchSize: max(1, settings.batchSize), threads: threads, normalisation: normalisation ?? usualNormalisation,
        dropout: dropout, trainedLayers: layers.layers(of: start)),
      variation: augmentation.map {
        AugmentedPatch(
          PatchAugmenter(
            patches, augmentation: $0, movedShares: movedShares(of: dataSets, usual: $0.movedShare),
            seed: settings.seed))
      } ?? CentredPatch(), dataSets: dataSets)
    tell(.remark(words(patches, split)))
    let trainer = try Trainer(task)
    if FileManager.default.fileExists(atPath: checkpoint) {
      try trainer.restore(from: checkpoint)
      tell(.remark("goes on from \(checkpoint)"))
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
    try write(trainer, pictures: remarks.filter { $0.contains(HephaestusCrops.paletteRemark) })
    try? FileManager.default.removeItem(atPath: checkpoint)
    return ending
  }

  private func movedShares(of dataSets: [Int], usual: Double) -> [Double] {
    let shares = movedShares ?? []
    return dataSets.map { $0 < shares.count ? shares[$0] : usual }
  }

  private var checkpoint: String { output + ".checkpoint" }

  private var usualNormalisation: TrainingOptions.Normalisation {
    if case .new = start { .batch } else { .frozen }
  }

  /// The numbers of the patches that the gate lets pass.
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
    case .share(let share): return TrainingSplit(patches, validationShare: share, seed: settings.seed)
    case .fold(let fold, let table): return try split(patches, fold: fold, table: table)
    case .unseen(let fold, let table):
      return TrainingSplit(training: try split(patches, fold: fold, table: table).training, validation: [])
    }
  }

  private func split(_ patches: LabelledPatches, fold: Int, table: String) throws -> TrainingSplit {
    let folds = try Folds(contentsOf: table)
    guard (0..<folds.count).contains(fold) else {
      throw TrainingError.badSettings("\(table) has folds 0 to \(folds.count - 1), and none called \(fold)")
    }
    func isInFold(_ patch: Int) -> Bool { folds.fold(ofPlace: patches.places[patch]) == fold }
    return TrainingSplit(
      training: (0..<patches.count).filter { !isInFold($0) }, validation: (0..<patches.count).filter(isInFold))
  }
}

/// The model before and after.
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
    return "learns from \(count(split.training))"
      + (split.validation.isEmpty ? "" : ", is measured on \(count(split.validation))")
  }

  /// What the network has learnt from, in this training and before.
  private func record(_ trainer: Trainer) throws -> LearntPatches {
    let split = trainer.task.split
    var record = LearntPatches(trainer.task.patches, learnt: split.training, validated: split.validation)
    if case .model = start {
      let model = trainer.task.start
      record.formUnion(
        try LearntPatches(model)
          ?? LearntPatches(
            unknown: "the model that it started from, \(model.metadata.name) \(model.metadata.version), "
              + "does not say which patches it learnt from"))
    }
    return record
  }

  private func write(_ trainer: Trainer, pictures: [String]) throws {
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
    if let gate { entries["gate"] = String(decoding: try encoder.encode(GateRule.edges(gate)), as: UTF8.self) }
    let reviews = Set((split.training + split.validation).map { patches.origins[$0] }).filter {
      $0.hasPrefix(ReviewedPatches.originPrefix)
    }
    if !reviews.isEmpty { entries["reviews"] = reviews.sorted().joined(separator: "; ") }
    entries.merge(try record(trainer).entries) { $1 }
    if !pictures.isEmpty { entries["pictures"] = pictures.joined(separator: "; ") }
    entries.merge(self.entries) { own, _ in own }
    let old = trainer.task.start.metadata
    let model = trainer.trainedModel().onnx(
      ModelDescription(
        name: name, version: version, classNames: old.classNames, deformationClass: old.deformationClass,
        trainingData: described, entries: entries))
    try TrainingCurves(history: trainer.history, curve: trainer.validationCurve())
      .write(to: URL(filePath: output + ".training", directoryHint: .isDirectory))
    // Last: where the model is, the rest of its training is, too.
    try AtomicFile.replace(output, with: Data(model))
  }
}
