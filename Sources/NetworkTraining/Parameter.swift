import NeuralNetwork

/// Numbers of one layer that training changes, with their gradient.
public final class Parameter {
  /// Purpose of the numbers in their layer.
  public enum Role: String, Sendable {
    case weights, bias, scale, shift
    /// Running statistics, which are updated from batches and not by the gradient.
    case mean, variance

    /// Whether they are updated by the gradient.
    var isLearnt: Bool { self != .mean && self != .variance }
  }

  /// The layer's name in the model file.
  public let layer: String
  /// Purpose of the numbers in their layer.
  public let role: Role
  /// Whether training changes them.
  public internal(set) var isTrained = true
  /// Whether the layer replaced another and is untrained.
  public internal(set) var isNew = false
  let memory: AlignedFloats
  let gradientMemory: AlignedFloats

  /// In the engine's order, which differs from the file's.
  public var values: UnsafeMutableBufferPointer<Float> { .init(start: memory.base, count: memory.count) }

  /// Gradient of the last batch's loss.
  public var gradient: UnsafeMutableBufferPointer<Float> {
    .init(start: gradientMemory.base, count: gradientMemory.count)
  }

  /// Unique within the network.
  public var name: String { "\(layer).\(role.rawValue)" }

  init(layer: String, role: Role, values: [Float]) {
    self.layer = layer
    self.role = role
    memory = AlignedFloats(values)
    gradientMemory = AlignedFloats(count: values.count)
    gradientMemory.base.update(repeating: 0, count: values.count)
  }
}
