/// Results of a training by epoch.
public struct TrainingHistory: Codable, Hashable, Sendable {
  /// Results of one epoch.
  public struct Epoch: Codable, Hashable, Sendable {
    /// Number of the epoch, from 1.
    public let number: Int
    /// Learning rate of transferred layers at the last step.
    public let learningRate: Double
    /// Mean loss over the epoch's batches.
    public let trainingLoss: Double
    /// Mean loss of the validation patches; `nil` without any.
    public let validationLoss: Double?
    /// AUC on the validation patches; `nil` unless both classes are present.
    public let validationArea: Double?
  }

  /// Completed epochs, in order.
  public internal(set) var epochs: [Epoch] = []
  /// Number of the epoch with the largest validation AUC, whose network is kept; the last epoch without
  /// validation.
  public internal(set) var best: Int?

  public init() {}

  /// Whether this history can result from `count` epochs: they are numbered in order, and the best is one of
  /// them.
  func isPossible(epochs count: Int) -> Bool {
    epochs.map(\.number) == Array(1..<(count + 1)) && (best.map { (1...max(1, count)).contains($0) } ?? true)
      && (count > 0) == (best != nil)
  }

  /// The epoch whose network is kept.
  public var bestEpoch: Epoch? { best.flatMap { number in epochs.first { $0.number == number } } }
}
