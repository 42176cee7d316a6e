/// Why a training cannot start or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case badSettings(String)
  case nothingToLearnFrom(String)
  case wrongClasses(String)
  /// The loss is no number any more.
  case diverged(step: Int)
  /// A checkpoint that belongs to another training or is damaged.
  case unusableCheckpoint(file: String, reason: String)

  public var description: String {
    switch self {
    case .badSettings(let problem): problem
    case .nothingToLearnFrom(let problem): problem
    case .wrongClasses(let problem): problem
    case .diverged(let step):
      "the loss at step \(step) is not a number; use a lower learning rate"
    case .unusableCheckpoint(let file, let reason):
      "\(file): \(reason); remove it to start from the beginning"
    }
  }
}
