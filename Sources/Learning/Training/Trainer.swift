import NetworkTraining
import NeuralNetwork

/// Trains one network on one set of patches. Use one value per thread.
///
/// Each step depends only on its number, the task and the previous step: a training that was interrupted and
/// resumed gives the same bytes as an uninterrupted one.
public final class Trainer {
  /// Progress of a training.
  public struct Progress: Sendable {
    /// Steps completed, over all epochs.
    public let stepsDone: Int
    /// Number of steps if training does not stop early.
    public let steps: Int
    /// The current epoch, from 1.
    public let epoch: Int
    /// Mean loss over the epoch's batches so far.
    public let trainingLoss: Double
    /// The last completed epoch; `nil` in the first.
    public let lastEpoch: TrainingHistory.Epoch?
  }

  /// Why a training ended.
  public enum Ending: Sendable, Equatable {
    /// The last epoch was completed.
    case finished
    /// The validation AUC has not improved for as many epochs as the settings allow.
    case stoppedEarly
    /// A stop was requested; the training can be continued from this state.
    case interrupted
  }

  /// Patches, network and settings.
  public let task: TrainingTask
  /// Hash of the task, by which a checkpoint is matched. Computed lazily, because it reads all patches.
  lazy var fingerprint = String(task.fingerprint, radix: 16)
  /// Steps per epoch.
  public let stepsPerEpoch: Int
  /// Completed epochs.
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

  /// Prepares the network for training.
  ///
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

  /// Total number of steps if training does not stop early.
  public var steps: Int { task.settings.epochs * stepsPerEpoch }

  /// Trains to the end or until a stop is requested.
  ///
  /// - Parameters:
  ///   - progress: Called after each step.
  ///   - epochDone: Called after each epoch.
  ///   - shouldStop: Called before each step; true requests a stop.
  /// - Returns: why training ended.
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

  /// The network of the best epoch so far; the current network before the first epoch is complete.
  public func trainedModel() -> ModelFile {
    guard history.best != nil else { return network.trainedModel() }
    kept.exchange()
    defer { kept.exchange() }
    return network.trainedModel()
  }

  /// Probability of deformation, 0…1, of each validation patch by the network of the best epoch, in the order
  /// of the split.
  public func validationProbabilities() -> [Float] {
    if history.best != nil { kept.exchange() }
    defer { if history.best != nil { kept.exchange() } }
    return validate().probabilities
  }

  /// ROC curve of that network on the validation patches; `nil` unless both classes are present.
  public func validationCurve() -> ROCCurve? {
    ROCCurve(
      scores: validationProbabilities(), deforms: task.split.validation.map { task.patches.deforms[$0] })
  }
}

/// A single step and epoch.
extension Trainer {
  /// Runs one step.
  ///
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

  /// Writes patches to the network's input, in parallel; each patch has its own random stream.
  private func show(_ draws: [PatchDraw], _ variation: any PatchVariation) -> [PatchBox?] {
    let size = network.inputSize
    let gray = network.gray
    var boxes = [PatchBox?](repeating: nil, count: draws.count)
    boxes.withUnsafeMutableBufferPointer { boxes in
      network.runParts(count: draws.count) { slot in
        var random = draws[slot].random
        boxes[slot] = variation.write(
          draws[slot].patch, of: task.patches, size: size, random: &random,
          into: UnsafeMutableBufferPointer(rebasing: gray[(slot * size * size)..<((slot + 1) * size * size)]))
      }
    }
    return boxes
  }

  /// Loss of both heads for one pass; sets the output gradients for the backward pass.
  private func losses(_ draws: [PatchDraw], _ boxes: [PatchBox?], of batch: Int) -> Double {
    for head in network.otherHeads { network.outputGradient(head: head).update(repeating: 0) }
    var loss = Losses.crossEntropy(
      logits: network.output(), classes: draws.map { classes.truth[$0.patch] }[...],
      smoothing: task.settings.labelSmoothing, weight: 1 / Double(batch), gradient: network.outputGradient())
    if tellsLocation {
      let side = network.inputSize
      loss += Losses.squaredError(
        outputs: network.output(head: ModelFile.locationHead),
        wanted: boxes.map { $0?.fractions(ofSide: side) }[...],
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

  /// Scores the validation patches with the current parameters.
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
