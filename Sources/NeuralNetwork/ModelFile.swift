import Foundation

/// A classifier read from an ONNX file: checked completely, so that what is wrong with it is known before
/// anything runs.
///
/// The file has one float input of batch × channels × size × size, one output of batch × classes, every
/// tensor inside the file, and the `metadata_props` of ``ModelMetadata``.
public struct ModelFile: Sendable {
  /// The file's name, as it was given.
  public let file: String
  public let metadata: ModelMetadata
  let graph: Graph

  /// The layers, their shapes and their cost.
  public var summary: ModelSummary { ModelSummary(graph) }

  /// Reads a file of at most 1 GiB.
  ///
  /// - Throws: ``ModelError``.
  public init(contentsOf url: URL) throws {
    do {
      try self.init(bytes: FileBytes.read(url), file: url.path)
    } catch let problem as ModelError.Problem {
      throw ModelError(file: url.path, problem: problem)
    }
  }

  /// - Parameters:
  ///   - bytes: the content of an ONNX file.
  ///   - file: what errors call it.
  /// - Throws: ``ModelError``.
  public init(bytes: [UInt8], file: String = "model") throws {
    do {
      guard bytes.count <= ModelLimits.fileBytes else {
        throw ModelError.Problem.tooLarge(
          what: "its size in bytes", value: bytes.count, limit: ModelLimits.fileBytes)
      }
      let model = try ONNXModel(bytes[...])
      let outputName = model.graph.outputs.first?.name
      let lastNode = model.graph.nodes.last { $0.outputs.first == outputName }
      metadata = try ModelMetadata(properties: model.metadata, lastOperation: lastNode?.operation ?? "")
      graph = try GraphBuilder.build(model, inputSize: metadata.inputSize, channels: metadata.channels)
      _ = try metadata.deformationIndex(outputCount: graph.outputShape.count)
      self.file = file
    } catch let problem as ModelError.Problem {
      throw ModelError(file: file, problem: problem)
    }
  }
}
