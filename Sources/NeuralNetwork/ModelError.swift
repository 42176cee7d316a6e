import FileReasons

/// A model file that cannot be used: the file, what is wrong in it and what to do about it.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// The kinds of things that can be wrong with a model.
  public enum Problem: Error, Equatable {
    /// The file has other content, such as a web page that a server sent instead of the model.
    case foreignContent(ForeignContent)
    /// The file cannot be opened or read.
    case unreadable(reason: String)
    /// A size in the file, or one that follows from it, exceeds a limit of this engine.
    case tooLarge(what: String, value: Int, limit: Int)
    /// The bytes are not valid ONNX messages.
    case malformed(part: String, reason: String)
    /// The bytes are not valid safetensors, or not the weights of the named network.
    case malformedWeights(part: String, reason: String)
    /// A required entry of `metadata_props` is missing.
    case missingMetadata(key: String, expected: String)
    /// An entry of `metadata_props` has an invalid value.
    case impossibleMetadata(key: String, value: String, expected: String)
    /// A node, or one of its attributes, is not supported by this engine.
    case unsupported(node: String, operation: String, attribute: String?, reason: String)
    /// An output has the name of one that sweeps use, but other numbers.
    case unusableOutput(name: String, reason: String)
    /// This machine cannot compute with the precision.
    case impossiblePrecision(Precision, reason: String)
    /// The plan was made for something else.
    case planMismatch(reason: String)
    /// The nodes do not form a network from one image to one vector.
    case invalidGraph(reason: String)
  }

  /// The model's file name, as given.
  public let file: String
  /// What is wrong, with the values found and expected.
  public let problem: Problem

  public var description: String { "\(file): \(problem)" }
}

extension ModelError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let reason):
      "cannot be read: \(reason)"
    case .foreignContent(let content):
      content.remedy(insteadOf: "a model (ONNX or safetensors)")
    case .tooLarge(let what, let value, let limit):
      "\(what) is \(value), the limit is \(limit)"
    case .malformed(let part, let reason):
      "not a valid ONNX file: \(part): \(reason); export or copy the model again"
    case .malformedWeights(let part, let reason):
      "not a usable safetensors file: \(part): \(reason)"
    case .missingMetadata(let key, let expected):
      "metadata_props has no '\(key)' (\(expected)); add it to the model"
    case .impossibleMetadata(let key, let value, let expected):
      "metadata_props '\(key)' is '\(value)', expected \(expected)"
    case .unsupported(let node, let operation, let attribute?, let reason):
      "node \(node) (\(operation)), attribute '\(attribute)': \(reason)"
    case .unsupported(let node, let operation, nil, let reason):
      "node \(node) (\(operation)): \(reason)"
    case .unusableOutput(let name, let reason):
      "its output '\(name)' \(reason)"
    case .impossiblePrecision(let precision, let reason):
      "cannot be run in \(precision): \(reason); choose float32, or a machine that has it"
    case .planMismatch(let reason):
      "the plan does not fit: \(reason); make one for this model on this kind of machine"
    case .invalidGraph(let reason):
      "not a network this engine can run: \(reason)"
    }
  }
}
