/// What a training went through, epoch by epoch.
public struct TrainingHistory: Codable, Hashable, Sendable {
  public struct Epoch: Codable, Hashable, Sendable {
    /// From 1.
    public let number: Int
    /// Of the last step, for transferred layers.
    public let learningRate: Double
    /// Mean over the epoch's batches.
    public let trainingLoss: Double
    /// Of the places left out; `nil` without any.
    public let validationLoss: Double?
    /// Area under the receiver operating characteristic there; `nil` without patches of both kinds.
    public let validationArea: Double?
  }

  public internal(set) var epochs: [Epoch] = []
  /// The epoch with the largest validation area, whose network is kept; the last one without validation.
  public internal(set) var best: Int?

  public init() {}

  /// Whether so many epochs can have left it: they are numbered in their order, and the best is one of them.
  func isPossible(epochs count: Int) -> Bool {
    epochs.map(\.number) == Array(1..<(count + 1)) && (best.map { (1...max(1, count)).contains($0) } ?? true)
      && (count > 0) == (best != nil)
  }

  /// The kept network's epoch.
  public var bestEpoch: Epoch? { best.flatMap { number in epochs.first { $0.number == number } } }
}
