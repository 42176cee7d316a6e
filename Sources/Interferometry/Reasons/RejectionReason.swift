/// Why an interferogram has no score, permanently: it follows only from its pixels, the model and the method,
/// so every worker gets the same reason. Messages, ledgers and result files contain its ``description``,
/// which has one fixed form per case; no other text is a rejection.
public enum RejectionReason: Hashable, Sendable, CustomStringConvertible {
  /// No pixel has data.
  case empty
  /// All pixels with data have this phase, radians.
  case constant(phase: Float)
  /// Phase outside −π to π, radians.
  case notWrapped(low: Float, high: Float)
  /// Coherence outside 0 to 1.
  case notCoherence(low: Float, high: Float)
  /// The raster is smaller than a patch.
  case tooSmall(grid: Grid, patchSize: Int)
  /// The network's output for a patch is NaN.
  case noAnswer
  /// The network's output for a patch is outside 0 to 1.
  case noProbability

  /// Accepted rounding of stored phase beyond ±π, radians.
  public static let toleranceRadians: Float = 0.01

  /// Accepted rounding of stored coherence outside 0 to 1.
  public static let toleranceCoherence: Float = 0.01

  /// Beginning of the description of ``tooSmall(grid:patchSize:)`` for all sizes.
  public static let tooSmallBeginning = "too small: "

  private static let emptyText = "empty: no pixel has data"
  private static let noAnswerText = "the network's answer to a patch is not a number"
  private static let noProbabilityText =
    "the network's answer to a patch is not a probability: the model's output is stated as probabilities, but lies "
    + "outside 0 to 1; correct volcsweep.output in the model file"
  private static let constantBeginning = "constant: every pixel with data has phase "
  private static let notWrappedBeginning = "not wrapped phase: values from "
  private static let notWrappedEnd = " radians, expected −π to π"

  private static let notCoherenceBeginning = "not coherence: values from "
  private static let notCoherenceEnd =
    ", expected 0 to 1; correct the scale or the no-data value of the stack's coherence, or remove it"

  public var description: String {
    switch self {
    case .empty: Self.emptyText
    case .constant(let phase): "\(Self.constantBeginning)\(phase)"
    case .notWrapped(let low, let high): "\(Self.notWrappedBeginning)\(low) to \(high)\(Self.notWrappedEnd)"
    case .notCoherence(let low, let high): "\(Self.notCoherenceBeginning)\(low) to \(high)\(Self.notCoherenceEnd)"
    case .tooSmall(let grid, let patchSize):
      "\(Self.tooSmallBeginning)\(grid) pixels, a patch has \(patchSize) × \(patchSize)"
    case .noAnswer: Self.noAnswerText
    case .noProbability: Self.noProbabilityText
    }
  }

  /// Parses a description; `nil` for any other text, and for numbers that would not be rejected.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longestBytes, let reason = Self.parsed(text), reason.isPossible,
      reason.description.utf8.elementsEqual(text.utf8)
    else { return nil }
    self = reason
  }

  private static let longestBytes = 200

  private var isPossible: Bool {
    let limit = Float.pi + Self.toleranceRadians
    return switch self {
    case .empty, .noAnswer, .noProbability: true
    case .constant(let phase): abs(phase) <= limit
    case .notWrapped(let low, let high): low <= high && (low < -limit || high > limit)
    case .notCoherence(let low, let high):
      low <= high && (low < -Self.toleranceCoherence || high > 1 + Self.toleranceCoherence)
    case .tooSmall(let grid, let patchSize): patchSize > min(grid.height, grid.width)
    }
  }

  private static func parsed(_ text: String) -> RejectionReason? {
    if text == emptyText { return .empty }
    if text == noAnswerText { return .noAnswer }
    if text == noProbabilityText { return .noProbability }
    if let number = rest(of: text, behind: constantBeginning) { return Float(number).map { .constant(phase: $0) } }
    if let (low, high) = range(in: text, between: notWrappedBeginning, and: notWrappedEnd) {
      return .notWrapped(low: low, high: high)
    }
    if let (low, high) = range(in: text, between: notCoherenceBeginning, and: notCoherenceEnd) {
      return .notCoherence(low: low, high: high)
    }
    guard let rest = rest(of: text, behind: tooSmallBeginning) else { return nil }
    let numbers = rest.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 4, numbers[0] > 0, numbers[1] > 0 else { return nil }
    return .tooSmall(grid: Grid(height: numbers[0], width: numbers[1]), patchSize: numbers[2])
  }

  /// Parses two numbers with “to” between them, which follow `beginning` and precede `end`.
  private static func range(in text: String, between beginning: String, and end: String) -> (Float, Float)? {
    guard let rest = rest(of: text, behind: beginning), rest.hasSuffix(end) else { return nil }
    let numbers = rest.dropLast(end.count).split(separator: " to ").map { Float($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1] else { return nil }
    return (low, high)
  }

  private static func rest(of text: String, behind beginning: String) -> Substring? {
    text.hasPrefix(beginning) ? text.dropFirst(beginning.count) : nil
  }
}
