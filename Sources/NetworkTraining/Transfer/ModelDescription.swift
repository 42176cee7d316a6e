import NeuralNetwork

/// What a model that is made here says of itself; see ``ModelMetadata`` for what the entries mean.
public struct ModelDescription: Sendable {
  /// The model's name.
  public var name: String
  /// The model's version.
  public var version: String
  /// Names of the classes, in the order of the outputs.
  public var classNames: [String]
  /// The class whose probability is reported, one of ``classNames``.
  public var deformationClass: String
  /// Describes the training data.
  public var trainingData: String
  /// Further entries, by their keys without `volcsweep.`.
  public var entries: [String: String]

  public init(
    name: String, version: String, classNames: [String] = ["background", "deformation"],
    deformationClass: String = "deformation", trainingData: String, entries: [String: String] = [:]
  ) {
    self.name = name
    self.version = version
    self.classNames = classNames
    self.deformationClass = deformationClass
    self.trainingData = trainingData
    self.entries = entries
  }

  /// The entries of a file, replacing those of another one.
  func properties(over old: [String: String] = [:]) -> [String: String] {
    var properties = old
    let own = [
      "name": name, "version": version, "class_names": classNames.joined(separator: ","),
      "deformation_class": deformationClass, "training_data": trainingData,
    ]
    for (key, value) in own.merging(entries, uniquingKeysWith: { first, _ in first }) {
      properties[MetadataEntries.prefix + key] = value
    }
    return properties
  }
}
