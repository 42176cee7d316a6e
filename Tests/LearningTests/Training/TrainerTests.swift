import Foundation
import NetworkTraining
import NeuralNetwork
import Synthesis
import Testing

@testable import Learning

/// Stripes in noise, which a small network learns in seconds.
@Suite struct TrainerTests {
  static let side = 32

  static func patches(count: Int = 120) throws -> LabelledPatches {
    var random = RandomStream(seed: 3, path: 1)
    var gray: [UInt8] = []
    var boxes: [PatchBox?] = []
    for patch in 0..<count {
      let deforms = patch % 3 == 0
      let (row, column) = (Float(random.uniform(8...24)), Float(random.uniform(8...24)))
      for pixel in 0..<(side * side) {
        let (y, x) = (Float(pixel / side), Float(pixel % side))
        let isInside = deforms && abs(y - row) < 6 && abs(x - column) < 6
        let noise = random.uniform(-40...40)
        gray.append(UInt8(128 + noise + (isInside ? (Int(y) / 2 % 2 == 0 ? 60 : -60) : 0)))
      }
      boxes.append(deforms ? PatchBox(centreRow: row, centreColumn: column, halfHeight: 6, halfWidth: 6) : nil)
    }
    return try LabelledPatches(
      side: side, gray: gray, deforms: (0..<count).map { $0 % 3 == 0 },
      isHardNegative: (0..<count).map { $0 % 3 == 1 }, places: (0..<count).map { "place \($0 % 12)" }, boxes: boxes)
  }

  static func task(location: Bool = false, change: (inout TrainingSettings) -> Void = { _ in }) throws
    -> TrainingTask
  {
    let description = ModelDescription(name: "stripes", version: "1", trainingData: "stripes in noise")
    var start = try NewNetwork.fringe.model(
      description, inputSize: side, random: RandomStream(seed: 1, path: 1))
    if location {
      start = try start.replacingLastLayers(
        description, tellsLocation: true, random: RandomStream(seed: 1, path: 2))
    }
    var settings = TrainingSettings()
    settings.batchSize = 20
    settings.epochs = 4
    settings.stepsPerEpoch = 8
    settings.learningRate = 3e-4
    settings.averaging = 0.9
    settings.patience = 0
    change(&settings)
    let patches = try patches()
    return TrainingTask(
      start: start, patches: patches, split: TrainingSplit(patches, validationFraction: 0.25, seed: 2),
      settings: settings, options: TrainingOptions(batchSize: 20, threads: 2, normalisation: .batch, dropout: 0.1))
  }

  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test func networkLearnsWhatTellsTheClassesApartAndWhere() throws {
    let trainer = try Trainer(
      Self.task(location: true) {
        $0.epochs = 12; $0.locationWeight = 5
      })
    #expect(try trainer.run() == .finished)
    let best = try #require(trainer.history.bestEpoch)
    #expect(try #require(best.validationArea) > 0.95)
    let losses = trainer.history.epochs.map(\.trainingLoss)
    #expect(try #require(losses.last) < losses[0] / 2)
    // What is written judges as what was trained.
    let written = try ModelFile(bytes: trainer.trainedModel().onnx())
    #expect(written.otherOutputs == ["location"])
    let classifier = try PatchClassifier(model: written, batchCapacity: 8)
    let patches = trainer.task.patches
    let wanted = trainer.validationProbabilities()
    for (place, patch) in trainer.task.split.validation.enumerated() {
      var probability: [Float] = [0]
      patches.gray(of: patch).map(Float.init).withUnsafeBufferPointer { gray in
        probability.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: 1, probabilities: $0)
        }
      }
      #expect(abs(probability[0] - wanted[place]) < 1e-4)
    }
  }

  @Test(arguments: [TrainingSettings.Method.adam, .sgd])
  func trainingThatIsStoppedAndTakenUpAgainEndsWithTheSameBytes(method: TrainingSettings.Method) throws {
    let task = try Self.task { $0.method = method }
    let whole = try Trainer(task)
    #expect(try whole.run() == .finished)
    let path = try Self.folder().appending(path: "checkpoint").path
    var trainer = try Trainer(task)
    // Before the first step, within an epoch, at an epoch's end.
    for stop in [0, 5, 16, 27] {
      #expect(try trainer.run(shouldStop: { trainer.stepsDone == stop }) == .interrupted)
      try trainer.save(to: path)
      trainer = try Trainer(task)
      try trainer.restore(from: path)
    }
    #expect(try trainer.run() == .finished)
    #expect(trainer.history == whole.history)
    #expect(trainer.trainedModel().onnx() == whole.trainedModel().onnx())
  }

  @Test func checkpointOfAnotherTrainingIsRefused() throws {
    let path = try Self.folder().appending(path: "checkpoint").path
    let trainer = try Trainer(Self.task())
    try trainer.save(to: path)
    let other = try Trainer(Self.task { $0.learningRate = 1e-3 })
    #expect(throws: TrainingError.unusableCheckpoint(file: path, reason: "it was written with other settings")) {
      try other.restore(from: path)
    }
    let elsewhere = try Trainer(Self.task(location: true))
    #expect(throws: TrainingError.self) { try elsewhere.restore(from: path) }
    let bytes = try Data(contentsOf: URL(filePath: path))
    for count in [0, 7, 8, 300, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(filePath: path))
      #expect(throws: TrainingError.self, "\(count) bytes") { try Trainer(Self.task()).restore(from: path) }
    }
  }

  @Test func trainingStopsWhenValidationIsNoBetterForLong() throws {
    let trainer = try Trainer(
      Self.task {
        $0.patience = 2
        $0.epochs = 40
        $0.learningRate = 1e-9
        $0.stepsPerEpoch = 1
      })
    #expect(try trainer.run() == .stoppedEarly)
    let best = try #require(trainer.history.best)
    #expect(trainer.history.epochs.count == best + 2)
  }

  @Test func lossThatIsNoNumberAnyMoreEndsTheTraining() throws {
    let trainer = try Trainer(
      Self.task {
        $0.method = .sgd
        $0.learningRate = 10
        $0.newLayerFactor = 1e4
        $0.warmUpSteps = 0
      })
    #expect(throws: TrainingError.self) { try trainer.run() }
  }

  @Test func splitKeepsPlacesTogetherAndBothKindsOnBothSides() throws {
    let patches = try Self.patches()
    for seed in UInt64(0)..<5 {
      let split = TrainingSplit(patches, validationFraction: 0.2, seed: seed)
      let (here, there) = (
        Set(split.training.map { patches.places[$0] }), Set(split.validation.map { patches.places[$0] })
      )
      #expect(here.isDisjoint(with: there))
      #expect(split.training.count + split.validation.count == patches.count)
      for side in [split.training, split.validation] {
        #expect(side.contains { patches.deforms[$0] } && side.contains { !patches.deforms[$0] })
      }
    }
    #expect(TrainingSplit(patches, validationFraction: 0, seed: 1).validation.isEmpty)
  }

  @Test func batchesHaveTheFractionsOfTheSettings() throws {
    let patches = try Self.patches()
    var settings = TrainingSettings()
    settings.batchSize = 40
    settings.deformingShare = 0.25
    settings.hardShare = 0.5
    let sampler = PatchSampler(patches, chosen: Array(0..<90), settings: settings)
    let batch = sampler.batch(step: 3).map(\.patch)
    #expect(batch.count == 40 && batch.allSatisfy { $0 < 90 })
    #expect(batch.count { patches.deforms[$0] } == 10)
    #expect(batch.count { patches.isHardNegative[$0] } == 15)
    #expect(sampler.batch(step: 3).map(\.patch) == batch)
    #expect(sampler.batch(step: 4).map(\.patch) != batch)
  }

  @Test func batchesAreDistributedAmongDataSets() throws {
    let patches = try Self.patches()
    var settings = TrainingSettings()
    (settings.batchSize, settings.deformingShare) = (40, 0.5)
    (settings.deformingShares, settings.quietShares) = ([3, 1], [0, 1])
    let chosen = Array(0..<90)
    let sets = (0..<patches.count).map { $0 < 45 ? 0 : 1 }
    let batch = PatchSampler(patches, chosen: chosen, dataSets: sets, settings: settings).batch(step: 3).map(
      \.patch)
    #expect(batch.count == 40)
    #expect(batch.count { patches.deforms[$0] && sets[$0] == 0 } == 15)
    #expect(batch.count { patches.deforms[$0] && sets[$0] == 1 } == 5)
    #expect(batch.count { !patches.deforms[$0] && sets[$0] == 1 } == 20)
    // A data set that has nothing of the kind leaves its share to the others.
    settings.deformingShares = [0, 1]
    let first = chosen.filter { !patches.deforms[$0] || sets[$0] == 0 }
    let other = PatchSampler(patches, chosen: first, dataSets: sets, settings: settings).batch(step: 3).map(\.patch)
    #expect(other.count { patches.deforms[$0] } == 20 && other.allSatisfy { !patches.deforms[$0] || sets[$0] == 0 })
    settings.quietShares = [1, -1]
    #expect(settings.problem != nil)
  }

  @Test func curvesAreWrittenAsTablesAndPictures() throws {
    let trainer = try Trainer(Self.task())
    _ = try trainer.run()
    let folder = try Self.folder()
    #expect(trainer.validationCurve()?.area == trainer.history.bestEpoch?.validationArea)
    try TrainingCurves(history: trainer.history, curve: trainer.validationCurve()).write(to: folder)
    let table = try String(contentsOf: folder.appending(path: "loss.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 5)
    #expect(table.hasPrefix("epoch,learning_rate,training_loss,validation_loss,validation_auc\n1,"))
    for name in ["loss.svg", "roc.svg"] {
      let parser = XMLText(try Data(contentsOf: folder.appending(path: name)))
      #expect(parser.elements["polyline"] ?? 0 >= 1)
    }
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "roc.csv").path))
  }
}

/// The elements of a text that must be XML, by name.
struct XMLText {
  private(set) var elements: [String: Int] = [:]

  init(_ data: Data) {
    let text = String(decoding: data, as: UTF8.self)
    for part in text.split(separator: "<").dropFirst() where part.first != "/" {
      elements[String(part.prefix { $0.isLetter }), default: 0] += 1
    }
  }
}

@Suite struct LayerChoiceTests {
  @Test func choiceNamesTheLayersThatLearn() throws {
    let start = try TrainerTests.task().start
    let read = try ModelFile(bytes: start.onnx())
    #expect(LayerChoice("all")?.layers(of: read) == .some(nil))
    #expect(LayerChoice("last:2")?.layers(of: read) == ["mean.score", "maximum.score"])
    #expect(LayerChoice("new")?.layers(of: read) == ["maximum.score"])
    let description = ModelDescription(name: "other", version: "1", trainingData: "nothing")
    let other = try read.replacingLastLayers(
      description, tellsLocation: false, random: RandomStream(seed: 1, path: 1))
    #expect(LayerChoice("new")?.layers(of: other) == ["classes", "classes'"])
    #expect(LayerChoice("last:3")?.layers(of: other) == ["conv6.norm", "classes", "classes'"])
    for text in ["", "last", "last:0", "last:x", "none"] { #expect(LayerChoice(text) == nil) }
  }

  /// Only what was chosen changes in a training.
  @Test func layersThatAreNotChosenStayAsTheyWere() throws {
    let task = try TrainerTests.task { $0.epochs = 1 }
    let old = try ModelFile(bytes: task.start.onnx())
    let trainer = try Trainer(
      TrainingTask(
        start: old, patches: task.patches, split: task.split, settings: task.settings,
        options: TrainingOptions(
          batchSize: 20, normalisation: .batch, trainedLayers: LayerChoice.last(2).layers(of: old))))
    let before = trainer.network.parameters.map { Array($0.values) }
    _ = try trainer.run()
    for (parameter, values) in zip(trainer.network.parameters, before) {
      let isChosen = ["mean.score", "maximum.score"].contains(parameter.layer)
      #expect((Array(parameter.values) != values) == isChosen, "\(parameter.name)")
    }
  }
}
