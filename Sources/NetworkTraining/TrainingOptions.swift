/// Options that prepare a network for training.
public struct TrainingOptions: Sendable {
  /// How batch normalisation works while its layer is trained.
  public enum Normalisation: String, Sendable, Codable, CaseIterable {
    /// Uses the file's statistics; scale and shift are trained.
    case frozen
    /// Normalises by each batch's statistics, and updates running ones for inference.
    case batch
  }

  /// The largest number of patches in a step's batch.
  public var batchSize: Int
  /// Threads per step, 1…64; the result does not depend on it.
  public var threads: Int
  /// How batch normalisation works.
  public var normalisation: Normalisation
  /// Fraction of the inputs of each fully connected layer that is dropped while training, 0 ..< 1.
  public var dropout: Double
  /// Names of the layers to train; `nil` for all that the file does not mark as fixed.
  public var trainedLayers: Set<String>?
  /// Memory for values and gradients, MB: a batch that needs more takes several passes. Affects the result.
  public var memoryMegabytes: Int

  /// Options; the defaults train on one thread, without dropout, with frozen statistics.
  public init(
    batchSize: Int, threads: Int = 1, normalisation: Normalisation = .frozen, dropout: Double = 0,
    trainedLayers: Set<String>? = nil, memoryMegabytes: Int = 6_000
  ) {
    precondition(batchSize > 0 && (1...64).contains(threads) && (0..<1).contains(dropout))
    self.batchSize = batchSize
    self.threads = threads
    self.normalisation = normalisation
    self.dropout = dropout
    self.trainedLayers = trainedLayers
    self.memoryMegabytes = memoryMegabytes
  }
}
