import Foundation
import Learning
import NetworkTraining
import NeuralNetwork

/// Checkpoints of trainings: read into a trainer of the same task, which then is asked for all that it has.
enum CheckpointDecoder {
  private static let words =
    TextDecoders.numbers + [
      "\"", "{", "}", "[", "]", ":", ",", "\\u0041", "\\\"", "null", "true", "\\\"stepsDone\\\":", "\\\"best\\\":",
      "\\\"history\\\":", "\\\"epochs\\\":[]", "\\\"number\\\":", "\\\"form\\\":1", "\"F32\"", "\"dtype\":",
      "\"shape\":[1]",
      "\"data_offsets\":", "[0,4]", "__metadata__", "volcsweep.checkpoint", "18446744073709551615",
    ]

  static func checkpoint() throws -> FuzzedDecoder {
    let reader = try CheckpointReader()
    let corpus = try [0, 3, 4].map { try CheckpointReader.checkpoint(afterSteps: $0) }
    // The one of most steps first: it says most.
    return FuzzedDecoder(name: "checkpoint", corpus: corpus.reversed(), form: .bytes(words: words)) { bytes in
      do {
        try reader.read(bytes)
      } catch let error as TrainingError {
        // Hardly any header would be read that damage made longer or shorter.
        let whole = withItsHeadersLength(bytes)
        guard whole != bytes else { throw error }
        try reader.read(whole)
      }
    }
  }

  /// The file with the length of the text in front of its numbers.
  private static func withItsHeadersLength(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 8 else { return bytes }
    let text = bytes[8...].prefix { (0x20...0x7e).contains($0) }
    guard let end = text.lastIndex(of: UInt8(ascii: "}")) else { return bytes }
    // It was filled up with blanks.
    let length = end - 7 + text[(end + 1)...].prefix { $0 == UInt8(ascii: " ") }.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes[8...]
  }
}

/// A trainer of a small network. Inputs are decoded one after the other.
private final class CheckpointReader: @unchecked Sendable {
  private let trainer: Trainer
  private let file: InputFile

  init() throws {
    trainer = try Self.trainer()
    file = try InputFile()
  }

  func read(_ bytes: [UInt8]) throws {
    try trainer.restore(from: try file.path(holding: bytes))
    let history = trainer.history
    try TextDecoders.require(history.epochs.count <= trainer.task.settings.epochs, "more epochs than there are")
    try TextDecoders.require(history.best == nil || history.bestEpoch != nil, "a best epoch that is none of them")
    _ = try trainer.run(shouldStop: { true })
    _ = trainer.trainedModel().summary
  }

  /// The bytes that a training leaves behind so many of its steps.
  static func checkpoint(afterSteps steps: Int) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoint-\(UUID().uuidString)").path
    defer { unlink(path) }
    let trainer = try trainer()
    var done = 0
    _ = try trainer.run(progress: { done = $0.stepsDone }, shouldStop: { done == steps })
    try trainer.save(to: path)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func trainer() throws -> Trainer {
    let other = try ModelFile(
      contentsOf: URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("NeuralNetworkTests/Expected/Operators/residual.onnx"))
    let model = try other.replacingLastLayers(
      ModelDescription(name: "small", version: "1", trainingData: "nothing"), tellsLocation: false,
      random: SeededRandom(seed: 1, of: "checkpoint"))
    let side = model.metadata.inputSize
    let count = 6
    let patches = try LabelledPatches(
      side: side, gray: (0..<(count * side * side)).map { UInt8($0 &* 7 % 251) },
      deforms: (0..<count).map { $0 % 2 == 0 }, places: (0..<count).map { "place \($0 / 2)" })
    var settings = TrainingSettings()
    (settings.batchSize, settings.epochs, settings.stepsPerEpoch, settings.averaging) = (2, 2, 2, 0.9)
    return try Trainer(
      TrainingTask(
        start: model, patches: patches, split: TrainingSplit(patches, validationFraction: 0.3, seed: 1),
        settings: settings, options: TrainingOptions(batchSize: 2)))
  }
}
