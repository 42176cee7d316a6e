import NeuralNetwork

/// What a model that is made here says of itself; see ``ModelMetadata`` for what the entries mean.
public struct ModelDescription: Sendable {
  public var name: String
  public var version: String
  public var classNames: [String]
  public var deformationClass: String
  /// On what it was trained, in words.
  public var trainingData: String
  /// Further entries, by their keys behind `volcsweep.`.
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

  /// The entries that a file keeps, over those of another one.
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
