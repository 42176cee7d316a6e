import NeuralNetwork

/// A network that learns: results for batches of patches, and the gradients of a loss by all its parameters.
///
/// Results depend on the patches, the parameters and the batch options, never on the number of threads. Owned
/// by one thread.
public final class TrainableNetwork {
  /// Height and width of a patch, pixels.
  public let inputSize: Int
  /// The largest number of patches per pass; larger batches take several passes.
  public let passCapacity: Int
  /// All parameters in the layers' order; names are unique.
  public let parameters: [Parameter]
  /// The network before training.
  let model: ModelFile
  let graph: TrainingGraph
  private let team: ThreadTeam
  private let values: [AlignedFloats]
  private let gradients: GradientMemory
  private let needed: [Bool]
  // Of the last forward pass.
  private var count = 0
  private var seed: UInt64 = 0

  /// - Parameters:
  ///   - model: The starting point.
  ///   - options: Training options.
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
    // All values are kept for the backward pass, and the gradients' blocks hardly ever take more memory than
    // the values.
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
    team = try ThreadTeam(count: options.threads)
  }

  /// Input of the next pass: ``passCapacity`` × ``inputSize`` × ``inputSize`` gray values 0…255, row-major.
  public var gray: UnsafeMutableBufferPointer<Float> { .init(start: values[0].base, count: values[0].count) }

  /// Numbers per patch of a head, given the output's name; an empty name means the classes.
  public func outputCount(head: String = "") -> Int { graph.sizes[value(of: head)] }

  /// Names of the heads besides the classes.
  public var otherHeads: [String] { graph.heads.keys.filter { !$0.isEmpty }.sorted() }

  /// A head's output for the last pass; logits for the classes.
  public func output(head: String = "") -> UnsafeBufferPointer<Float> {
    let value = value(of: head)
    return UnsafeBufferPointer(start: values[value].base, count: count * graph.sizes[value])
  }

  /// The loss's gradient with respect to a head's output, to be set before ``backward()``.
  public func outputGradient(head: String = "") -> UnsafeMutableBufferPointer<Float> {
    let value = value(of: head)
    return UnsafeMutableBufferPointer(start: gradients.blocks[value]?.base, count: count * graph.sizes[value])
  }

  private func value(of head: String) -> Int {
    guard let value = graph.heads[head] else { preconditionFailure("the network has no head '\(head)'") }
    return value
  }

  /// Runs the first `count` patches of ``gray``.
  ///
  /// - Parameters:
  ///   - count: 1…``passCapacity``.
  ///   - isTraining: Whether a gradient follows: dropout is applied, and statistics are the pass's own.
  ///   - seed: Seed of the dropout.
  public func forward(count: Int, isTraining: Bool, seed: UInt64 = 0) {
    precondition((1...passCapacity).contains(count), "a pass has room for \(passCapacity) patches")
    self.count = count
    self.seed = seed
    for step in graph.steps {
      step.computes.forward(
        ForwardPass(
          team: team, count: count, isTraining: isTraining, seed: seed,
          inputs: step.inputs.map { UnsafePointer(values[$0].base) }, output: values[step.output].base))
    }
  }

  /// Sets all parameters' gradients to 0.
  public func clearGradients() {
    let trained = parameters.filter(\.isTrained)
    team.run(parts: trained.count) { part, _ in
      trained[part].gradientMemory.base.update(repeating: 0, count: trained[part].gradientMemory.count)
    }
  }

  /// Adds the last pass to the parameters' gradients, given the gradients with respect to all heads' outputs.
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
          team: team, count: count, seed: seed, inputs: step.inputs.map { UnsafePointer(values[$0].base) },
          output: UnsafePointer(values[step.output].base), gradient: gradient.base, targets: targets))
    }
  }

  /// Runs work on the network's thread team between passes; a part's result must not depend on the thread.
  public func runParts(count: Int, _ body: (_ part: Int) -> Void) {
    team.run(parts: count) { part, _ in body(part) }
  }
}
