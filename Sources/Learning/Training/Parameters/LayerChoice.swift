import NetworkTraining
import NeuralNetwork

/// Which layers of a network are trained.
public enum LayerChoice: Hashable, Sendable {
  /// New layers: those replaced or newly initialised. If there are none, the last layer with weights.
  case new
  /// The last N layers with weights, and the new ones.
  case last(Int)
  /// All layers.
  case all

  /// Parses `new`, `last:N` or `all`; `nil` for anything else.
  public init?(_ text: String) {
    switch text {
    case "new": self = .new
    case "all": self = .all
    default:
      guard text.hasPrefix("last:"), let count = Int(text.dropFirst(5)), count > 0 else { return nil }
      self = .last(count)
    }
  }

  /// Names of the trained layers; `nil` for all.
  public func layers(of model: ModelFile) -> Set<String>? {
    let unlearnt = model.unlearntLayers
    switch self {
    case .all: return nil
    case .new: return Set(unlearnt.isEmpty ? model.learningLayers.suffix(1) : unlearnt[...])
    case .last(let count): return Set(model.learningLayers.suffix(count)).union(unlearnt)
    }
  }
}
