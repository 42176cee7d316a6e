import FileReasons
import Foundation

/// A classifier read from an ONNX file, or from a safetensors file with the weights of a built-in network: checked completely, so that what is wrong with it is known before
/// anything runs.
///
/// The file has one float input of batch × channels × size × size, an output of batch × classes and perhaps
/// more, every tensor inside the file, and the `metadata_props` of ``ModelMetadata``. A safetensors
/// file has the same keys in its `__metadata__`, ``BuiltInNetwork/key`` among them, and torchvision's names.
public struct ModelFile: Sendable {
  /// The file's name, as it was given.
  public let file: String
  public let metadata: ModelMetadata
  package let graph: Graph
  /// All entries of `metadata_props`.
  public let properties: [String: String]
  /// Layers that were put in place of others and have learnt nothing yet.
  package private(set) var newLayers: Set<String> = []

  /// The layers, their shapes and their cost.
  public var summary: ModelSummary { ModelSummary(graph) }

  /// What the network says beside the classes, such as a location.
  public var otherOutputs: [String] { graph.otherHeads.keys.sorted() }

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
  ///   - bytes: the content of the file.
  ///   - file: what errors call it.
  /// - Throws: ``ModelError``.
  public init(bytes: [UInt8], file: String = "model") throws {
    do {
      guard bytes.count <= ModelLimits.fileBytes else {
        throw ModelError.Problem.tooLarge(
          what: "its size in bytes", value: bytes.count, limit: ModelLimits.fileBytes)
      }
      // The length in front of safetensors may look like anything.
      let isWeights = SafetensorsFile.isOne(bytes)
      if !isWeights, let foreign = ForeignContent(start: bytes.prefix(512)) {
        throw ModelError.Problem.foreignContent(foreign)
      }
      let model =
        isWeights
        ? try BuiltInNetwork.model(try SafetensorsFile(bytes)) : try ONNXModel(bytes[...])
      let stated = try ModelMetadata(properties: model.metadata, outputs: model.graph.outputs.map(\.name))
      properties = model.metadata
      graph = try GraphBuilder.build(
        model, inputSize: stated.inputSize, channels: stated.channels, classOutput: stated.classOutput
      ).withoutIdleEnd()
      metadata = try stated.settled(for: graph, properties: model.metadata)
      _ = try metadata.deformationIndex(outputCount: graph.outputShape.count)
      self.file = file
    } catch let problem as ModelError.Problem {
      throw ModelError(file: file, problem: problem)
    }
  }
}

extension ModelFile {
  /// A network made here, checked as one that is read.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - properties: `metadata_props`, all of them.
  ///   - classOutput: the name of the output that tells the classes.
  ///   - newLayers: those that have learnt nothing yet.
  /// - Throws: ``ModelError``.
  package init(_ graph: Graph, properties: [String: String], classOutput: String, newLayers: Set<String>) throws {
    try self.init(bytes: GraphWriting.bytes(graph, metadata: properties, classOutput: classOutput))
    self.newLayers = newLayers
  }

  /// The same file's model with other constants.
  package init(_ model: ModelFile, graph: Graph) {
    (file, metadata, properties, newLayers) = (model.file, model.metadata, model.properties, model.newLayers)
    self.graph = graph
  }
}
