import NeuralNetwork

/// Trains one network on one set of patches. Owned by one thread.
///
/// Every step depends on its number, the task and the step before alone, so a training that was stopped and taken up
/// again ends with the bytes of one that was not.
public final class Trainer {
  /// How far a training is.
  public struct Progress: Sendable {
    public let stepsDone: Int
    public let steps: Int
    /// From 1.
    public let epoch: Int
    /// Mean over the epoch's batches so far.
    public let trainingLoss: Double
    /// The last that is done.
    public let lastEpoch: TrainingHistory.Epoch?
  }

  /// How a training came to its end.
  public enum Ending: Sendable, Equatable {
    case finished
    /// The validation's area was no better for as many epochs as the settings allow.
    case stoppedEarly
    /// It was asked to stop, and goes on from here when asked to.
    case interrupted
  }

  public let task: TrainingTask
  /// Tells this training from others; many bytes go into it.
  lazy var fingerprint = String(task.fingerprint, radix: 16)
  public let stepsPerEpoch: Int
  /// Epochs that are done.
  public internal(set) var history = TrainingHistory()
  let network: TrainableNetwork
  let optimizer: Optimizer
  let mean: RunningMean?
  let kept: KeptParameters
  var stepsDone = 0
  var epochLoss = 0.0
  private let sampler: PatchSampler
  private let classes: PatchClasses
  private let rates: LearningRate
  private let tellsLocation: Bool

  /// - Throws: ``TrainingError``, `TrainingSetupError`.
  public init(_ task: TrainingTask) throws {
    if let problem = task.settings.problem { throw TrainingError.badSettings(problem) }
    guard !task.split.training.isEmpty else {
      throw TrainingError.nothingToLearnFrom("no training patch is left after the validation patches are removed")
    }
    self.task = task
    network = try TrainableNetwork(task.start, options: task.options)
    classes = try PatchClasses(task.patches, metadata: task.start.metadata, outputs: network.outputCount())
    optimizer = Optimizer(network.parameters, settings: task.settings)
    mean = task.settings.averaging > 0 ? RunningMean(network.parameters, kept: task.settings.averaging) : nil
    kept = KeptParameters(network.parameters)
    sampler = PatchSampler(
      task.patches, chosen: task.split.training, dataSets: task.dataSets, settings: task.settings)
    stepsPerEpoch =
      task.settings.stepsPerEpoch
      ?? (task.split.training.count + task.settings.batchSize - 1) / task.settings.batchSize
    rates = LearningRate(settings: task.settings, stepsPerEpoch: stepsPerEpoch)
    tellsLocation =
      network.otherHeads.contains(ModelFile.locationHead)
      && network.outputCount(head: ModelFile.locationHead) == 4
  }

  /// All steps, if it does not stop early.
  public var steps: Int { task.settings.epochs * stepsPerEpoch }

  /// Trains to the end, or until it is asked to stop.
  ///
  /// - Parameters:
  ///   - progress: Told after each step.
  ///   - epochDone: Told after each epoch.
  ///   - shouldStop: Asked before each step.
  /// - Returns: how it ended.
  /// - Throws: ``TrainingError/diverged(step:)``, and what `epochDone` throws.
  public func run(
    progress: (Progress) -> Void = { _ in }, epochDone: (TrainingHistory.Epoch) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Ending {
    while stepsDone < steps {
      if hasStoppedImproving { return .stoppedEarly }
      if shouldStop() { return .interrupted }
      let loss = try step()
      epochLoss += loss
      stepsDone += 1
      let inEpoch = (stepsDone - 1) % stepsPerEpoch + 1
      progress(
        Progress(
          stepsDone: stepsDone, steps: steps, epoch: (stepsDone - 1) / stepsPerEpoch + 1,
          trainingLoss: epochLoss / Double(inEpoch), lastEpoch: history.epochs.last))
      if inEpoch == stepsPerEpoch { try epochDone(finishEpoch()) }
    }
    return .finished
  }

  private var hasStoppedImproving: Bool {
    guard task.settings.patience > 0, let best = history.best, let last = history.epochs.last else { return false }
    return last.validationArea != nil && last.number - best >= task.settings.patience
  }

  /// The network of the best epoch so far; the one at hand before any is done.
  public func trainedModel() -> ModelFile {
    guard history.best != nil else { return network.trainedModel() }
    kept.exchange()
    defer { kept.exchange() }
    return network.trainedModel()
  }

  /// How the kept network judges the validation's patches, in their order.
  public func validationProbabilities() -> [Float] {
    if history.best != nil { kept.exchange() }
    defer { if history.best != nil { kept.exchange() } }
    return validate().probabilities
  }

  /// The kept network's curve on the validation's patches; `nil` without patches of both kinds.
  public func validationCurve() -> ROCCurve? {
    ROCCurve(
      scores: validationProbabilities(), deforms: task.split.validation.map { task.patches.deforms[$0] })
  }
}

/// One step and one epoch.
extension Trainer {
  /// - Returns: the batch's loss.
  private func step() throws -> Double {
    let draws = sampler.batch(step: stepsDone)
    network.clearGradients()
    var loss = 0.0
    for first in stride(from: 0, to: draws.count, by: network.passCapacity) {
      let some = Array(draws[first..<min(first + network.passCapacity, draws.count)])
      let boxes = show(some, task.variation)
      network.forward(
        count: some.count, isTraining: true, seed: task.settings.seed &+ UInt64(stepsDone) << 20 &+ UInt64(first))
      loss += losses(some, boxes, of: draws.count)
      network.backward()
    }
    guard loss.isFinite else { throw TrainingError.diverged(step: stepsDone + 1) }
    optimizer.step(rate: rates.rate(step: stepsDone), step: stepsDone, on: network)
    mean?.take(step: stepsDone, on: network)
    return loss
  }

  /// Writes patches to the network's input; each is varied by itself, on whatever thread.
  private func show(_ draws: [PatchDraw], _ variation: any PatchVariation) -> [PatchBox?] {
    let size = network.inputSize
    let gray = network.gray
    var boxes = [PatchBox?](repeating: nil, count: draws.count)
    boxes.withUnsafeMutableBufferPointer { boxes in
      network.share(parts: draws.count) { slot in
        var random = draws[slot].random
        boxes[slot] = variation.write(
          draws[slot].patch, of: task.patches, size: size, random: &random,
          into: UnsafeMutableBufferPointer(rebasing: gray[(slot * size * size)..<((slot + 1) * size * size)]))
      }
    }
    return boxes
  }

  /// Both heads' losses of a pass, whose gradients are left for the way back.
  private func losses(_ draws: [PatchDraw], _ boxes: [PatchBox?], of batch: Int) -> Double {
    for head in network.otherHeads { network.outputGradient(head: head).update(repeating: 0) }
    var loss = Losses.crossEntropy(
      logits: network.output(), classes: draws.map { classes.truth[$0.patch] }[...],
      smoothing: task.settings.labelSmoothing, weight: 1 / Double(batch), gradient: network.outputGradient())
    if tellsLocation {
      let side = network.inputSize
      loss += Losses.squaredError(
        outputs: network.output(head: ModelFile.locationHead), wanted: boxes.map { $0?.shares(ofSide: side) }[...],
        weight: task.settings.locationWeight / Double(batch),
        gradient: network.outputGradient(head: ModelFile.locationHead))
    }
    return loss
  }

  private func finishEpoch() -> TrainingHistory.Epoch {
    mean?.exchange()
    let number = stepsDone / stepsPerEpoch
    let (probabilities, loss) = validate()
    let curve = ROCCurve(scores: probabilities, deforms: task.split.validation.map { task.patches.deforms[$0] })
    let epoch = TrainingHistory.Epoch(
      number: number, learningRate: rates.rate(step: stepsDone - 1),
      trainingLoss: epochLoss / Double(stepsPerEpoch),
      validationLoss: loss, validationArea: curve?.area)
    epochLoss = 0
    let isBest =
      history.best == nil || epoch.validationArea == nil
      || (epoch.validationArea ?? 0) > (history.bestEpoch?.validationArea ?? 0)
    if isBest {
      history.best = number
      kept.keep()
    }
    history.epochs.append(epoch)
    mean?.exchange()
    return epoch
  }

  /// Judges the validation's patches by the parameters as they are.
  private func validate() -> (probabilities: [Float], loss: Double?) {
    let patches = task.split.validation
    guard !patches.isEmpty else { return ([], nil) }
    var probabilities: [Float] = []
    var loss = 0.0
    let outputs = classes.count
    let gradient = UnsafeMutableBufferPointer<Float>.allocate(capacity: network.passCapacity * outputs)
    defer { gradient.deallocate() }
    for first in stride(from: 0, to: patches.count, by: network.passCapacity) {
      let some = patches[first..<min(first + network.passCapacity, patches.count)]
      _ = show(some.map { PatchDraw(patch: $0, random: .init(seed: 0)) }, CentredPatch())
      network.forward(count: some.count, isTraining: false)
      let logits = network.output()
      loss += Losses.crossEntropy(
        logits: logits, classes: some.map { classes.truth[$0] }[...], smoothing: 0,
        weight: 1 / Double(patches.count),
        gradient: UnsafeMutableBufferPointer(rebasing: gradient[..<logits.count]))
      for patch in 0..<some.count {
        probabilities.append(classes.probability(logits[(patch * outputs)..<((patch + 1) * outputs)]))
      }
    }
    return (probabilities, loss)
  }
}
