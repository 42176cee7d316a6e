import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

@Suite struct MalformedModelTests {
  static let sound = SmallModels.classifier()

  @Test func everyTruncationIsAnErrorAndNothingWorse() throws {
    #expect(SmallModels.problem(Self.sound) == nil)
    for count in 0..<Self.sound.count {
      #expect(SmallModels.problem(Array(Self.sound.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func nodesOutOfOrderOrInACircleAreRefused() {
    let circle = SmallModels.classifier(last: "y") { graph in
      graph.node("Add", "x", ["r", "y"])
      graph.node("Relu", "y", ["x"])
    }
    guard case .invalidGraph(let reason)? = SmallModels.problem(circle) else {
      Issue.record("a circle was accepted")
      return
    }
    #expect(reason.contains("'x'") && reason.contains("'y'"))
    #expect(SmallModels.problem(SmallModels.classifier { $0.node("Relu", "r", ["c"]) }) != nil, "written twice")
    #expect(SmallModels.problem(SmallModels.classifier { $0.tensor("w", [1], [1]) }) != nil, "a tensor twice")
  }

  @Test func tensorsThatLieAboutTheirSizeAreRefused() {
    let sizes: [[Int]] = [[3], [-1], [Int.max, 2], [1 << 40], [2, Int.min], [0], Array(repeating: 2, count: 60)]
    for dimensions in sizes {
      let bytes = SmallModels.classifier { $0.tensor("liar", dimensions, [1, 2]) }
      guard case .malformed? = SmallModels.problem(bytes) else {
        Issue.record("\(dimensions) was accepted")
        continue
      }
    }
  }

  @Test func dataInAnotherFileAreRefusedByName() {
    let bytes = SmallModels.classifier { graph in
      graph.message(5) { tensor in
        tensor.integer(1, 2)
        tensor.integer(2, 1)
        tensor.text(8, "far")
        tensor.message(13) { $0.text(1, "location") }
        tensor.integer(14, 1)
      }
    }
    guard case .invalidGraph(let reason)? = SmallModels.problem(bytes) else {
      Issue.record("external data were accepted")
      return
    }
    #expect(reason.contains("'far'") && reason.contains("another file"))
  }

  @Test func floatsInTheirOwnFieldAreReadLikeRawOnes() throws {
    let values = FormulaNumbers.uniform("small.b", count: 4)
    let model = try ModelFile(
      bytes: SmallModels.classifier(last: "sum") { graph in
        graph.message(5) { tensor in
          for dimension in [4, 1, 1] { tensor.integer(1, dimension) }
          tensor.integer(2, 1)
          tensor.text(8, "shift")
          // The first as a field of its own, the others packed: a reader must take both.
          tensor.float(4, values[0])
          tensor.data(4, values.dropFirst().flatMap { $0.bitPattern.littleEndianBytes })
        }
        graph.node("Add", "sum", ["r", "shift"])
      })
    guard case .affine(_, let shift) = model.graph.layers[2].computes else {
      Issue.record("the addition is missing")
      return
    }
    #expect(shift == values)
  }

  @Test func activationsAndMemoryBeyondTheLimitsAreRefused() {
    var large = SmallModels.metadata
    large["volcsweep.input_size"] = "4096"
    let bytes = ONNXWriter.model(metadata: large) { graph in
      graph.tensor("w", [64, 3, 1, 1], FormulaNumbers.uniform("w", count: 192))
      graph.node("Conv", "c", ["input", "w"])
      graph.node("GlobalAveragePool", "p", ["c"])
      graph.node("Flatten", "f", ["p"])
      graph.value(11, "input", [nil, 3, nil, nil])
      graph.value(12, "f", [nil, nil])
    }
    #expect(SmallModels.problem(bytes)?.description.contains("node 'c'") == true)
  }

  @Test func batchesWithoutRoomAreRefused() throws {
    let model = try ModelFile(bytes: Self.sound)
    #expect(throws: ModelError.self) { try PatchClassifier(model: model, batchCapacity: 0) }
    #expect(throws: ModelError.self) { try PatchClassifier(model: model, batchCapacity: 5_000) }
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "volcsweep-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let huge = folder.appending(path: "huge.onnx")
    try Data().write(to: huge)
    let handle = try FileHandle(forWritingTo: huge)
    try handle.truncate(atOffset: UInt64(ModelLimits.fileBytes) + 1)
    try handle.close()
    let sound = folder.appending(path: "sound.onnx")
    try Data(Self.sound).write(to: sound)
    #expect(try ModelFile(contentsOf: sound).metadata.name == "small")
    for url in [folder, folder.appending(path: "missing.onnx"), huge] {
      let error = #expect(throws: ModelError.self) { try ModelFile(contentsOf: url) }
      #expect(error?.description.contains(url.lastPathComponent) == true)
    }
  }
}

extension UInt32 {
  var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(8 * $0)) } }
}
