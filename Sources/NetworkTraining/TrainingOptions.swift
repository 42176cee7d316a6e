/// How a network is made ready for training.
public struct TrainingOptions: Sendable {
  /// What batch normalisation does while its layer is trained.
  public enum Normalisation: String, Sendable, Codable, CaseIterable {
    /// Its statistics stay those of the file; scale and shift are learnt.
    case frozen
    /// It normalises by each batch's own statistics, and keeps running ones for afterwards.
    case batch
  }

  /// The most patches that a step's batch has.
  public var batchSize: Int
  /// Threads that share a step, 1…64; the result does not depend on it.
  public var threads: Int
  public var normalisation: Normalisation
  /// Share of the numbers in front of each fully connected layer that are dropped while training, 0 ..< 1.
  public var dropout: Double
  /// The layers that are trained; `nil` for all that the file does not hold fixed.
  public var trainedLayers: Set<String>?
  /// What values and gradients may take: a batch that needs more goes through the network in several passes. Part of
  /// what the result depends on.
  public var memoryMegabytes: Int

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
