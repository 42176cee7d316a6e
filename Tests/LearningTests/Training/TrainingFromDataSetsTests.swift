import Foundation
import NeuralNetwork
import Testing

@testable import Learning

/// From a file of labelled patches to a model file, as the command does it.
@Suite struct TrainingFromDataSetsTests {
  private static func run(in folder: URL, output: String) throws -> TrainingRun {
    let data = folder.appending(path: "stripes.h5").path
    if !FileManager.default.fileExists(atPath: data) { try PatchSetFile.write(TrainerTests.patches(), to: data) }
    var run = TrainingRun(start: .new(.fringe), datasets: [data], output: folder.appending(path: output).path)
    run.settings.batchSize = 20
    run.settings.epochs = 3
    run.settings.stepsPerEpoch = 4
    run.validation = .fraction(0.25)
    run.gate = nil
    run.threads = 2
    var augmentation = Augmentation()
    augmentation.farthestShift = 0
    augmentation.atmosphereRadians = 0...0
    run.augmentation = augmentation
    return run
  }

  @Test func modelSaysWhatItWasTrainedOnAndIsTheSameAfterAnInterruption() throws {
    let folder = try TrainerTests.folder()
    let whole = try Self.run(in: folder, output: "whole.onnx")
    #expect(try whole.run(tell: { _ in }, shouldStop: { false }) == .finished)
    let model = try ModelFile(contentsOf: URL(filePath: whole.output))
    #expect(model.metadata.inputSize == TrainerTests.side && model.metadata.name == "whole")
    #expect(model.metadata.trainingData.contains("stripes.h5: training on"))
    #expect(model.metadata.trainingData.contains("validation AUC"))
    #expect(model.properties["volcsweep.validation_places"]?.contains("place") == true)
    #expect(model.properties["volcsweep.training"]?.contains("\"epochs\":3") == true)
    for name in ["loss.csv", "loss.svg", "roc.csv", "roc.svg"] {
      let file = URL(filePath: whole.output + ".training").appending(path: name).path
      #expect(FileManager.default.fileExists(atPath: file))
    }
    #expect(!FileManager.default.fileExists(atPath: whole.output + ".checkpoint"))
    var broken = try Self.run(in: folder, output: "broken.onnx")
    (broken.name, broken.threads) = ("whole", 1)
    for _ in 0..<2 {
      var steps = 0
      #expect(
        try broken.run(
          tell: { if case .progress = $0 { steps += 1 } }, shouldStop: { steps == 5 }) == .interrupted)
      #expect(!FileManager.default.fileExists(atPath: broken.output))
      broken.threads = 3
    }
    #expect(try broken.run(tell: { _ in }, shouldStop: { false }) == .finished)
    #expect(
      try Data(contentsOf: URL(filePath: broken.output)) == Data(contentsOf: URL(filePath: whole.output)))
  }

  @Test func placesOfAnUnseenFoldHaveNoSay() throws {
    let folder = try TrainerTests.folder()
    let table = folder.appending(path: "folds.csv")
    let places = Set(try TrainerTests.patches().places).sorted()
    // The last place is in no fold, as invented ones are: it is learnt from.
    let rows = places.dropLast().enumerated().map { "\($1),\($0 % 2)" }
    try Data("place,fold\n\(rows.joined(separator: "\n"))\n".utf8).write(to: table)
    func words(_ validation: TrainingRun.Validation, _ name: String) throws -> (said: String, model: ModelFile) {
      var run = try Self.run(in: folder, output: "\(name).onnx")
      (run.validation, run.settings.epochs) = (validation, 1)
      var said = ""
      _ = try run.run(
        tell: { if case .remark(let words) = $0 { said += words } }, shouldStop: { false })
      return (said, try ModelFile(contentsOf: URL(filePath: run.output)))
    }
    let measured = try words(.fold(0, table: table.path), "measured")
    let unseen = try words(.unseen(0, table: table.path), "unseen")
    let learnt = places.count - (places.count - 1 + 1) / 2
    #expect(measured.said.contains("of \(learnt) places") && measured.said.contains("validating on"))
    #expect(unseen.said.contains("of \(learnt) places") && !unseen.said.contains("validating on"))
    #expect(unseen.model.properties["volcsweep.validation_places"] == "")
    #expect(throws: TrainingError.self) { try words(.unseen(2, table: table.path), "none") }
  }

  @Test func transferKeepsWhatTheOtherNetworkLearntAndTellsBoxes() throws {
    let folder = try TrainerTests.folder()
    let first = try Self.run(in: folder, output: "first.onnx")
    _ = try first.run(tell: { _ in }, shouldStop: { false })
    var second = try Self.run(in: folder, output: "second.onnx")
    second.start = .model(path: first.output)
    second.replacesLastLayers = true
    second.tellsLocation = true
    second.layers = .new
    #expect(try second.run(tell: { _ in }, shouldStop: { false }) == .finished)
    let model = try ModelFile(contentsOf: URL(filePath: second.output))
    #expect(model.otherOutputs == [ModelFile.locationHead])
    #expect(model.properties["volcsweep.layers"]?.contains("location.box") == true)
    #expect(model.properties["volcsweep.fixed_layers"] == "ramps,phase")
    // A third of the same start and seed is the same model.
    var third = second
    third.output = folder.appending(path: "third.onnx").path
    third.name = "second"
    _ = try third.run(tell: { _ in }, shouldStop: { false })
    #expect(
      try Data(contentsOf: URL(filePath: third.output)) == Data(contentsOf: URL(filePath: second.output)))
  }

  /// A network that also tells where a source is, and makes an embedding: nothing in a data set teaches either.
  @Test func outputsThatTrainingWouldOutdateAreLeftOutAndOthersKept() throws {
    let folder = try TrainerTests.folder()
    let start = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../NeuralNetworkTests/Expected/Sides/two_signs.onnx").standardized
    func trained(_ layers: LayerChoice, _ name: String) throws -> (said: String, model: ModelFile) {
      var run = try Self.run(in: folder, output: "\(name).onnx")
      (run.start, run.layers, run.settings.epochs) = (.model(path: start.path), layers, 1)
      var said = ""
      _ = try run.run(
        tell: { if case .remark(let words) = $0 { said += words } }, shouldStop: { false })
      return (said, try ModelFile(contentsOf: URL(filePath: run.output)))
    }
    let last = try trained(.last(1), "last")
    #expect(last.model.otherOutputs == ["embedding", "where"] && last.model.sourceCells == 8)
    #expect(!last.said.contains("loses") && last.model.properties["volcsweep.left_out"] == nil)
    #expect(last.model.properties["volcsweep.layers"] == "score")
    let two = try trained(.last(2), "two")
    #expect(two.model.otherOutputs == ["where"] && two.said.contains("loses its output embedding"))
    let all = try trained(.all, "all")
    #expect(all.model.otherOutputs == [] && all.said.contains("loses its outputs embedding and where"))
    #expect(all.model.properties["volcsweep.left_out"]?.contains("embedding and where") == true)
  }

  @Test func impossibleTrainingIsRefusedWithAReason() throws {
    let folder = try TrainerTests.folder()
    var run = try Self.run(in: folder, output: "none.onnx")
    run.settings.learningRate = -1
    #expect(throws: TrainingError.badSettings("the learning rate is -1.0, but must be above 0, at most 10")) {
      try run.run(tell: { _ in }, shouldStop: { false })
    }
    run = try Self.run(in: folder, output: "none.onnx")
    run.datasets = [folder.appending(path: "missing.h5").path]
    #expect(throws: (any Error).self) { try run.run(tell: { _ in }, shouldStop: { false }) }
    #expect(!FileManager.default.fileExists(atPath: run.output))
  }
}
