import Foundation
import NetworkTraining
import NeuralNetwork
import SweepHost
import Testing

/// The models of a run root.
@Suite final class ModelRegistryTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "models-\(UUID().uuidString.prefix(8))")
  private let registry: ModelRegistry
  private let other: URL

  init() throws {
    registry = ModelRegistry(root: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    other = folder.appending(path: "other.onnx")
    let model = try ModelFile(contentsOf: RescoringBench.shipped)
    try Data(
      model.onnx(ModelDescription(name: "other", version: "7", trainingData: "nothing"))
    ).write(to: other)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test func aModelIsKnownByItsBytesWhereverItCameFrom() throws {
    let first = try registry.add(RescoringBench.shipped)
    let copy = folder.appending(path: "renamed.onnx")
    try FileManager.default.copyItem(at: RescoringBench.shipped, to: copy)
    let again = try registry.add(copy)
    #expect(first.sha256 == again.sha256 && first.file == again.file && first.sha256.count == 64)
    #expect(try Data(contentsOf: first.file) == Data(contentsOf: copy))
    try registry.add(other)
    #expect(try registry.entries().models.map(\.name).sorted().contains("other"))
    #expect(try registry.entries().models.count == 2)
  }

  @Test func aModelIsFoundByPathHashAndName() throws {
    let entry = try registry.add(other)
    #expect(try registry.find(other.path).path == other.path)
    #expect(try registry.find(String(entry.sha256.prefix(6))).path == entry.file.path)
    #expect(try registry.find("other").path == entry.file.path)
    #expect(try registry.find("other 7").path == entry.file.path)
    #expect(throws: ModelRegistry.Failure.self) { try self.registry.find("other 8") }
    #expect(throws: ModelRegistry.Failure.self) { try self.registry.find(String(entry.sha256.prefix(5))) }
  }

  @Test func aNameThatSeveralHaveNeedsMore() throws {
    try registry.add(other)
    let third = folder.appending(path: "third.onnx")
    let model = try ModelFile(contentsOf: RescoringBench.shipped)
    try Data(model.onnx(ModelDescription(name: "other", version: "8", trainingData: "nothing"))).write(to: third)
    try registry.add(third)
    #expect(throws: ModelRegistry.Failure.self) { try self.registry.find("other") }
    #expect(try registry.find("other 8").lastPathComponent.hasSuffix(".onnx"))
  }

  @Test func whatIsNoModelIsNotAddedAndDamageIsNoticed() throws {
    let text = folder.appending(path: "text.onnx")
    try Data("not a model".utf8).write(to: text)
    #expect(throws: ModelError.self) { try self.registry.add(text) }
    let entry = try registry.add(other)
    try FileManager.default.copyItem(at: text, to: registry.folder.appending(path: "notes.txt"))
    let listed = try registry.entries()
    #expect(listed.models.count == 1 && listed.others.map(\.file).elementsEqual(["notes.txt"]))
    try FileManager.default.removeItem(at: entry.file)
    try FileManager.default.copyItem(at: RescoringBench.shipped, to: entry.file)
    #expect(throws: ModelRegistry.Failure.self) { try self.registry.find(entry.sha256) }
    // Adding it again mends it.
    #expect(try registry.add(other).sha256 == entry.sha256)
    #expect(try registry.find(entry.sha256).path == entry.file.path)
  }
}
