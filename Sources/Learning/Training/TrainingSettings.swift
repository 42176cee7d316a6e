/// Settings of a training. Equal settings, patches and initial networks give equal results on machines of one
/// kind.
public struct TrainingSettings: Codable, Hashable, Sendable {
  /// The optimizer.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// Stochastic gradient descent with momentum; weight decay is added to the gradient, as in PyTorch's SGD.
    case sgd
    /// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's
    /// AdamW.
    case adam
  }

  /// The learning rate schedule.
  public enum Schedule: String, Codable, CaseIterable, Sendable {
    /// Constant after the warm-up.
    case constant
    /// Cosine decay to 0.5 % of the initial rate at the last epoch.
    case cosine
  }

  /// The optimizer.
  public var method = Method.adam
  /// Learning rate of transferred layers, above 0.
  public var learningRate = 1e-4
  /// Factor on the learning rate of new layers.
  public var newLayerFactor = 10.0
  /// The learning rate schedule.
  public var schedule = Schedule.cosine
  /// Steps of linear warm-up of the learning rate.
  public var warmUpSteps = 20
  /// Momentum of SGD, 0 ..< 1.
  public var momentum = 0.9
  /// Weight decay of weights, 0…1; biases and normalisation parameters have none.
  public var weightDecay = 1e-2
  /// Label smoothing: fraction of the target spread over all classes, 0 ..< 1.
  public var labelSmoothing = 0.02
  /// Patches per step, 1…4096.
  public var batchSize = 100
  /// Largest number of epochs, 1…100,000.
  public var epochs = 50
  /// Steps per epoch; `nil` for as many as draw about as many patches as the training set has.
  public var stepsPerEpoch: Int?
  /// Training stops after this many epochs without a better validation AUC; 0 for never.
  public var patience = 10
  /// Fraction of deforming patches in a batch, 0…1: they are rare in data sets, so they are oversampled.
  public var deformingShare = 0.5
  /// Fraction of hard negatives among a batch's quiet patches, 0…1; `nil` for their fraction in the data.
  public var hardShare: Double?
  /// Weights of the data sets, in order, for a batch's deforming patches; `nil` for their sizes.
  public var deformingShares: [Double]?
  /// The same for quiet patches.
  public var quietShares: [Double]?
  /// Weight of the location head's loss relative to that of the class head.
  public var locationWeight = 1.0
  /// Decay of the moving average over steps of the parameters that are kept, 0 ..< 1; 0 keeps the parameters
  /// of the last step.
  public var averaging = 0.0
  /// Seed of all random numbers.
  public var seed: UInt64 = 1

  public init() {}

  /// Description of the first invalid setting; `nil` if all are valid.
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
    if !(0...1).contains(deformingShare) { return outside("deforming fraction", deformingShare, "from 0 to 1") }
    if let hardShare, !(0...1).contains(hardShare) { return outside("hard fraction", hardShare, "from 0 to 1") }
    for fractions in [deformingShares, quietShares].compactMap({ $0 })
    where !fractions.allSatisfy({ (0...1e6).contains($0) }) {
      return "the fractions of the data sets are \(fractions), but must be between 0 and 1,000,000"
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
