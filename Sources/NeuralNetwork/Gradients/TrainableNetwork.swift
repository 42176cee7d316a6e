/// A network that learns: results for batches of patches, and the gradients of a loss by all its parameters.
///
/// What it computes depends on the patches, the parameters and the options' batch, never on the number of threads.
/// Owned by one thread.
public final class TrainableNetwork {
  /// Height and width of a patch, pixels.
  public let inputSize: Int
  /// The most patches that go through at once; larger batches take several passes.
  public let passCapacity: Int
  /// All of them, in the layers' order; each name is unique.
  public let parameters: [Parameter]
  /// The network as it was before training.
  let model: ModelFile
  let graph: TrainingGraph
  private let lanes: Lanes
  private let values: [AlignedFloats]
  private let gradients: GradientMemory
  private let needed: [Bool]
  // Of the last pass forward.
  private var count = 0
  private var seed: UInt64 = 0

  /// - Parameters:
  ///   - model: Its starting point.
  ///   - options: How it is trained.
  /// - Throws: ``TrainingSetupError``.
  public init(_ model: ModelFile, options: TrainingOptions) throws {
    let last = model.graph.layers.last { $0.output == model.graph.output }
    guard model.metadata.output == .logits || last?.endsInProbabilities == true else {
      throw TrainingSetupError.unsuitableNetwork(
        reason:
          "its probabilities come from node '\(last?.name ?? "")' (\(last?.operation ?? "")); training needs a "
          + "softmax or logistic function last")
    }
    self.model = model
    inputSize = model.metadata.inputSize
    graph = TrainingGraph(model, options: options)
    parameters = graph.steps.flatMap(\.computes.parameters)
    var needed = [Bool](repeating: false, count: graph.sizes.count)
    for step in graph.steps {
      needed[step.output] =
        step.inputs.contains { needed[$0] } || step.computes.parameters.contains(where: \.isTrained)
    }
    self.needed = needed
    guard needed.contains(true) else {
      throw TrainingSetupError.unsuitableNetwork(
        reason: "none of the chosen layers has parameters to train")
    }
    // Values are kept, and the gradients' blocks hardly take more than the values at any time.
    let bytesPerPatch = 2 * 4 * graph.sizes.reduce(0, +)
    let limit = options.memoryMegabytes << 20
    guard bytesPerPatch <= limit else {
      throw TrainingSetupError.tooLarge(megabytes: bytesPerPatch >> 20, limit: options.memoryMegabytes)
    }
    let passes = (options.batchSize * bytesPerPatch + limit - 1) / limit
    let capacity = (options.batchSize + passes - 1) / passes
    passCapacity = capacity
    values = graph.sizes.map { AlignedFloats(count: $0 * capacity) }
    gradients = GradientMemory(graph, needed: needed, patches: capacity)
    lanes = try Lanes(count: options.threads)
  }

  /// Where the next pass's gray patches go: ``passCapacity`` × ``inputSize`` × ``inputSize``, 0…255, row-major.
  public var gray: UnsafeMutableBufferPointer<Float> { .init(start: values[0].base, count: values[0].count) }

  /// Numbers that a head gives for a patch: by an output's name beside the classes', or an empty one for the classes.
  public func outputCount(head: String = "") -> Int { graph.sizes[value(of: head)] }

  /// The heads beside the classes.
  public var otherHeads: [String] { graph.heads.keys.filter { !$0.isEmpty }.sorted() }

  /// What a head said of the last pass's patches: logits where it is the classes'.
  public func output(head: String = "") -> UnsafeBufferPointer<Float> {
    let value = value(of: head)
    return UnsafeBufferPointer(start: values[value].base, count: count * graph.sizes[value])
  }

  /// Where the loss's gradient by a head's output goes before ``backward()``.
  public func outputGradient(head: String = "") -> UnsafeMutableBufferPointer<Float> {
    let value = value(of: head)
    return UnsafeMutableBufferPointer(start: gradients.blocks[value]?.base, count: count * graph.sizes[value])
  }

  private func value(of head: String) -> Int {
    guard let value = graph.heads[head] else { preconditionFailure("the network has no head '\(head)'") }
    return value
  }

  /// Sends the first `count` patches of ``gray`` through.
  ///
  /// - Parameters:
  ///   - count: 1…``passCapacity``.
  ///   - isTraining: Whether a gradient follows: numbers are dropped, and statistics are the pass's own.
  ///   - seed: What is dropped depends on it.
  public func forward(count: Int, isTraining: Bool, seed: UInt64 = 0) {
    precondition((1...passCapacity).contains(count), "a pass has room for \(passCapacity) patches")
    self.count = count
    self.seed = seed
    for step in graph.steps {
      step.computes.forward(
        ForwardPass(
          lanes: lanes, count: count, isTraining: isTraining, seed: seed,
          inputs: step.inputs.map { UnsafePointer(values[$0].base) }, output: values[step.output].base))
    }
  }

  /// Forgets all parameters' gradients.
  public func clearGradients() {
    let trained = parameters.filter(\.isTrained)
    lanes.run(parts: trained.count) { part, _ in
      trained[part].gradientMemory.base.update(repeating: 0, count: trained[part].gradientMemory.count)
    }
  }

  /// Adds the last pass's part to the gradients of the parameters, from the gradients by all heads' outputs.
  public func backward() {
    var written = [Bool](repeating: false, count: graph.sizes.count)
    for value in graph.heads.values { written[value] = true }
    for step in graph.steps.reversed() where needed[step.output] {
      guard let gradient = gradients.blocks[step.output] else { continue }
      if !written[step.output] {
        gradient.base.update(repeating: 0, count: count * graph.sizes[step.output])
      }
      let targets = step.inputs.map { value -> BackwardPass.Target? in
        guard needed[value], let block = gradients.blocks[value] else { return nil }
        defer { written[value] = true }
        return BackwardPass.Target(gradient: block.base, adds: written[value])
      }
      step.computes.backward(
        BackwardPass(
          lanes: lanes, count: count, seed: seed, inputs: step.inputs.map { UnsafePointer(values[$0].base) },
          output: UnsafePointer(values[step.output].base), gradient: gradient.base, targets: targets))
    }
  }

  /// Shares work among the network's threads between passes; what a part does must not depend on the thread.
  public func share(parts: Int, _ body: (_ part: Int) -> Void) {
    lanes.run(parts: parts) { part, _ in body(part) }
  }

  /// The gradients by the gray image's channels, for tests.
  var inputChannels: UnsafeMutableBufferPointer<Float> {
    .init(start: values[1].base, count: count * graph.sizes[1])
  }
}
