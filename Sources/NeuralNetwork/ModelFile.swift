import FileReasons
import Foundation

/// A classifier read from an ONNX file, or from a safetensors file with the weights of a built-in network. The
/// file is validated completely, so that errors are known before anything runs.
///
/// The file has one float input of batch × channels × size × size, an output of batch × classes and possibly
/// more (a box, where a source is, an embedding), all tensors inside the file, and the `metadata_props` of
/// ``ModelMetadata``. A safetensors file has the same keys in its `__metadata__`, ``BuiltInNetwork/key`` among
/// them, and torchvision's names.
public struct ModelFile: Sendable {
  /// The file's name, as given.
  public let file: String
  /// The metadata, validated.
  public let metadata: ModelMetadata
  /// The validated network, with all weights.
  package let graph: Graph
  /// All entries of `metadata_props`.
  public let properties: [String: String]
  /// Layers that were put in place of others and have learnt nothing yet.
  package private(set) var newLayers: Set<String> = []

  /// The layers, their shapes and their cost.
  public var summary: ModelSummary { ModelSummary(graph) }

  /// Names of the outputs besides the classes, such as a location.
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
  ///   - file: name of the file in errors.
  /// - Throws: ``ModelError``.
  public init(bytes: [UInt8], file: String = "model") throws {
    do {
      guard bytes.count <= ModelLimits.fileBytes else {
        throw ModelError.Problem.tooLarge(
          what: "its size in bytes", value: bytes.count, limit: ModelLimits.fileBytes)
      }
      // The length at the start of a safetensors file may resemble other formats.
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
      _ = try PatchOutputs(graph)
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
