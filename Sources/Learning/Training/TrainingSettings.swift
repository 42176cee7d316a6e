/// How a network is trained. Equal settings, patches and starting points make equal networks on machines of one kind.
public struct TrainingSettings: Codable, Hashable, Sendable {
  /// How parameters follow their gradients.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// Stochastic gradient descent with momentum; weight decay is part of the gradient (as in PyTorch's SGD).
    case sgd
    /// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019, PyTorch's AdamW).
    case adam
  }

  /// How the learning rate changes from step to step.
  public enum Schedule: String, Codable, CaseIterable, Sendable {
    case constant
    /// Falls along a cosine to half a percent at the last epoch.
    case cosine
  }

  public var method = Method.adam
  /// Of layers that were transferred.
  public var learningRate = 1e-4
  /// New layers learn so many times faster than transferred ones.
  public var newLayerFactor = 10.0
  public var schedule = Schedule.cosine
  /// Steps over which the rate rises from 0.
  public var warmUpSteps = 20
  public var momentum = 0.9
  /// Of weights; biases and normalisations have none.
  public var weightDecay = 1e-2
  /// Share of the truth that is spread over all classes, 0 ..< 1.
  public var labelSmoothing = 0.02
  public var batchSize = 100
  public var epochs = 50
  /// Steps of an epoch; `nil` for as many as show about as many patches as there are.
  public var stepsPerEpoch: Int?
  /// Epochs without a better validation AUC after which training stops; 0 for never.
  public var patience = 10
  /// Share of each batch that deforms, 0…1: what deforms is rare, and drawn more often.
  public var deformingShare = 0.5
  /// Share of a batch's quiet patches that are hard negatives, 0…1; `nil` as they come.
  public var hardShare: Double?
  /// How a batch's deforming patches are shared out among the data sets, in their order; `nil` as they come.
  public var deformingShares: [Double]?
  /// The same for its quiet patches.
  public var quietShares: [Double]?
  /// What the location head's loss counts beside the classes'.
  public var locationWeight = 1.0
  /// The network that is kept is a running mean over the steps: what stays of it at each, 0 ..< 1; 0 for the last
  /// step's network.
  public var averaging = 0.0
  public var seed: UInt64 = 1

  public init() {}

  /// What is wrong with the settings; `nil` where nothing is.
  public var problem: String? {
    func outside(_ name: String, _ value: Double, _ range: String) -> String {
      "the \(name) is \(value), but must be \(range)"
    }
    if !(learningRate > 0 && learningRate <= 10) {
      return outside("learning rate", learningRate, "above 0, at most 10")
    }
    if !(newLayerFactor > 0 && newLayerFactor <= 1e4) {
      return outside("new layers' factor", newLayerFactor, "above 0")
    }
    if !(0..<1).contains(momentum) { return outside("momentum", momentum, "from 0 to below 1") }
    if !(0...1).contains(weightDecay) { return outside("weight decay", weightDecay, "from 0 to 1") }
    if !(0..<1).contains(labelSmoothing) { return outside("label smoothing", labelSmoothing, "from 0 to below 1") }
    if !(0...1).contains(deformingShare) { return outside("deforming share", deformingShare, "from 0 to 1") }
    if let hardShare, !(0...1).contains(hardShare) { return outside("hard share", hardShare, "from 0 to 1") }
    for shares in [deformingShares, quietShares].compactMap({ $0 })
    where !shares.allSatisfy({ (0...1e6).contains($0) }) {
      return "the fractions of the data sets are \(shares), but must be between 0 and 1,000,000"
    }
    if !(0..<1).contains(averaging) { return outside("averaging", averaging, "from 0 to below 1") }
    if !(0...1e6).contains(locationWeight) {
      return outside("location weight", locationWeight, "from 0 to 1,000,000")
    }
    if !(1...4_096).contains(batchSize) {
      return "--batch is \(batchSize), but must be between 1 and 4096 patches"
    }
    if !(1...100_000).contains(epochs) { return "--epochs is \(epochs), but must be between 1 and 100,000" }
    if let stepsPerEpoch, !(1...1_000_000).contains(stepsPerEpoch) {
      return "--steps-per-epoch is \(stepsPerEpoch), but must be between 1 and 1,000,000"
    }
    if warmUpSteps < 0 || patience < 0 { return "warm-up steps and --patience must not be negative" }
    return nil
  }
}
