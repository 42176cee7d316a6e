/// A model's metadata, from `metadata_props` with keys that start with `volcsweep.`.
public struct ModelMetadata: Sendable, Equatable {
  /// Meaning of the graph's output.
  public enum Output: String, Sendable {
    /// The graph ends in a softmax, a logistic function or the like.
    case probabilities
    /// The classifier applies the softmax (for a single output the logistic function).
    case logits
  }

  /// `volcsweep.name`
  public let name: String
  /// `volcsweep.version`
  public let version: String
  /// `volcsweep.input_size`: height and width of a patch, pixels.
  public let inputSize: Int
  /// `volcsweep.channels`: 1 or 3, all computed from the same gray value.
  public let channels: Int
  /// `volcsweep.mean`, one per channel, in gray units 0…255.
  public let mean: [Float]
  /// `volcsweep.scale`, one per channel: the network's input is (gray − mean) · scale.
  public let scale: [Float]
  /// `volcsweep.class_names`, in the order of the network's outputs.
  public let classNames: [String]
  /// `volcsweep.deformation_class`: the one of ``classNames`` whose probability is reported.
  public let deformationClass: String
  /// `volcsweep.output`; if the key is missing, derived from the bounds of the graph's output.
  public private(set) var output: Output
  /// `volcsweep.class_output`: the output with the classes; if the key is missing, the only output besides `where` and `embedding`.
  public let classOutput: String
  /// `volcsweep.training_data`: describes the training data.
  public let trainingData: String
  /// Further entries with keys that start with `volcsweep.`, by the rest of the key: `scores`, `splits`,
  /// `limits`, `reviews` and entries written by training.
  public let remarks: [String: String]
}

extension ModelMetadata {
  /// - Parameters:
  ///   - properties: `metadata_props` as stored.
  ///   - outputs: names of the graph's outputs.
  /// - Throws: ``ModelError/Problem`` naming the key.
  init(properties: [String: String], outputs: [String]) throws {
    let entries = MetadataEntries(properties: properties)
    try entries.refuseMisunderstandings(known: Self.keys)
    name = try entries.text("name", expected: "the model's name")
    version = try entries.text("version", expected: "the model's version")
    inputSize = try entries.integer(
      "input_size", in: 1...ModelLimits.inputSize, expected: "the patch's height and width in pixels, such as 224")
    channels = try entries.integer("channels", in: 1...3, expected: "1 or 3, the network's input channels")
    guard channels != 2 else { throw entries.impossible("channels", expected: "1 or 3") }
    mean = try entries.numbers("mean", count: channels) { $0.isFinite }
    scale = try entries.numbers("scale", count: channels) { $0.isFinite && $0 != 0 }
    classNames = try entries.text("class_names", expected: "the classes, such as background,deformation")
      .split(separator: ",", omittingEmptySubsequences: false).map { String(trimmingSpaces: $0) }
    guard !classNames.contains(""), Set(classNames).count == classNames.count else {
      throw entries.impossible("class_names", expected: "different names with commas between them")
    }
    deformationClass = try entries.text("deformation_class", expected: "one of volcsweep.class_names")
    guard classNames.contains(deformationClass) else {
      throw entries.impossible("deformation_class", expected: "one of volcsweep.class_names (\(classNames))")
    }
    trainingData = try entries.text("training_data", expected: "a summary of what it was trained on")
    classOutput = try Self.classOutput(entries, outputs: outputs)
    output = .logits
    remarks = entries.others(than: Self.keys.union(Self.lists))
    try PixelRange.check(properties, mean: mean, scale: scale)
  }

  private static let keys: Set = [
    "name", "version", "input_size", "channels", "mean", "scale", "class_names", "deformation_class", "output",
    "class_output", "training_data",
  ]

  /// Long lists that are not remarks: see `Learning`'s record of a model's training data.
  static let lists: Set = ["patches", "validation_patches", "places", "patches_unknown"]

  private static func classOutput(_ entries: MetadataEntries, outputs: [String]) throws -> String {
    // Outputs whose names say what they are need no key.
    let candidates = outputs.filter { !PatchOutputs.names.contains($0) }
    if candidates.count == 1, !entries.holds("class_output") { return candidates[0] }
    let expected = "the output with the classes, one of \(outputs.prefix(ModelLimits.heads))"
    let name = try entries.text("class_output", expected: expected)
    guard outputs.contains(name) else { throw entries.impossible("class_output", expected: expected) }
    return name
  }

  /// The metadata with the meaning of the output: probabilities if the graph bounds it to 0…1, as after a
  /// softmax, a logistic function or a clip, also if further layers keep it there, such as weights that permute
  /// or merge classes; logits if it is unbounded.
  ///
  /// - Throws: ``ModelError/Problem`` if `volcsweep.output` contradicts that, or is needed to decide.
  func settled(for graph: Graph, properties: [String: String]) throws -> ModelMetadata {
    let entries = MetadataEntries(properties: properties)
    let range = graph.outputRange
    var settled = self
    func bounds(_ range: ValueRange) -> String { "\(range.lower) to \(range.upper)" }
    guard entries.holds("output") else {
      if let range, !range.isWithinProbabilities, range.isOfActivation {
        throw ModelError.Problem.missingMetadata(
          key: MetadataEntries.prefix + "output",
          expected: "its output is a softmax or logistic function scaled to \(bounds(range)), which are neither "
            + "probabilities nor clearly logits; end the model with the probabilities, or say logits")
      }
      settled.output = range?.isWithinProbabilities == true ? .probabilities : .logits
      return settled
    }
    let expected = "probabilities or logits"
    guard let stated = Output(rawValue: try entries.text("output", expected: expected)) else {
      throw entries.impossible("output", expected: expected)
    }
    if stated == .logits, let range, range.isWithinProbabilities {
      throw entries.impossible("output", expected: "probabilities, as the network keeps its output within 0…1")
    }
    if stated == .probabilities, let range, range.isOfActivation, !range.isWithinProbabilities {
      throw entries.impossible(
        "output", expected: "logits, or a network that does not scale its probabilities to \(bounds(range))")
    }
    settled.output = stated
    return settled
  }

  /// Index of the output with the probability of deformation; 0 for a network with a single output.
  func deformationIndex(outputCount: Int) throws -> Int {
    if outputCount == 1 {
      guard classNames.count <= 2, classNames.last == deformationClass else {
        throw ModelError.Problem.impossibleMetadata(
          key: MetadataEntries.prefix + "class_names", value: classNames.joined(separator: ","),
          expected: "the deformation class last, as the network has one output, which is taken for its probability")
      }
      return 0
    }
    guard outputCount == classNames.count, let index = classNames.firstIndex(of: deformationClass) else {
      throw ModelError.Problem.impossibleMetadata(
        key: MetadataEntries.prefix + "class_names", value: classNames.joined(separator: ","),
        expected: "as many names as the network has outputs (\(outputCount))")
    }
    return index
  }
}
