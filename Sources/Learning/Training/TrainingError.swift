/// Why a training cannot start or continue.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A setting is invalid; with a text for the user.
  case badSettings(String)
  /// There are no training patches; with a text for the user.
  case nothingToLearnFrom(String)
  /// The classes of network and patches do not match; with a text for the user.
  case wrongClasses(String)
  /// The loss is NaN or infinite.
  case diverged(step: Int)
  /// The checkpoint is damaged or belongs to another training.
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
