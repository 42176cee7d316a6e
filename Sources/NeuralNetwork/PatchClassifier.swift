/// Computes the probability of deformation of patches. Owned by one thread.
///
/// A patch's result depends on its pixels, the model and the batch's capacity alone: not on its position in the
/// batch, nor on the content or number of the other patches.
public final class PatchClassifier {
  /// Height and width of a patch, pixels.
  public let inputSize: Int
  /// The largest number of patches per call.
  public let batchCapacity: Int
  /// Determines the bytes of the results, together with the patches and the model.
  public let plan: Plan

  /// Everything besides the model that the last digits of results depend on: each kernel with its shapes, and
  /// the libraries. For comparison, not for display.
  public let planDescription: String

  /// Whether the network predicts the location of deformation in a patch.
  public let tellsLocation: Bool

  /// Subcells along a side of a patch for which the network tells where a source is; `nil` if it does not.
  public var sourceCells: Int? { outputs.source?.side }
  /// Numbers of a patch's embedding; 0 without one.
  public var embeddingCount: Int { outputs.embeddingCount }

  /// Floats per patch of the shared trunk's output; 0 without one.
  public var sharedCount: Int { runner.sharedCount }

  private let runner: Runner
  private let deformationIndex: Int
  private let outputs: PatchOutputs
  /// What ``trunk(height:width:)`` needs.
  private let shared: (graph: Graph, input: InputForm, trunk: Trunk, plan: Plan.SharedTrunk)?

  /// Packs the weights and allocates all memory that classifying needs.
  ///
  /// From now on the BLAS uses one thread in this process.
  ///
  /// - Parameters:
  ///   - model: may be released afterwards.
  ///   - batchCapacity: 1…4096. Fully connected layers always cost as much as this many patches; from 64 on
  ///     they run near the BLAS's full speed.
  /// - Throws: ``ModelError`` if the capacity or the required memory exceeds the limits.
  public convenience init(model: ModelFile, batchCapacity: Int) throws {
    try self.init(model: model, plan: nil, batchCapacity: batchCapacity)
  }

  /// Packs the weights according to a plan, so that all processes with that plan produce the same bytes.
  ///
  /// - Parameters:
  ///   - model: may be released afterwards.
  ///   - plan: made for this model, this capacity and this kind of machine; `nil` chooses kernels by shape.
  ///   - batchCapacity: 1…4096.
  ///   - stored: a split point of the model, after the trunk that the plan shares, whose activations
  ///     ``activations(ofPatch:)`` returns; `nil` for none.
  /// - Throws: ``ModelError`` if the capacity, the plan or the required memory does not fit.
  public init(model: ModelFile, plan: Plan?, batchCapacity: Int, storing stored: SplitPoint? = nil) throws {
    do {
      guard (1...ModelLimits.batchCapacity).contains(batchCapacity) else {
        throw ModelError.Problem.tooLarge(
          what: "the batch's capacity (which starts at 1)", value: batchCapacity, limit: ModelLimits.batchCapacity)
      }
      let metadata = model.metadata
      BLAS.useOneThread()
      var graph = model.sweptGraph
      self.plan =
        try plan?.checked(for: graph, batchCapacity: batchCapacity)
        ?? Plan.standard(for: graph, batchCapacity: batchCapacity)
      let input = InputForm.gray(mean: metadata.mean, scale: metadata.scale)
      shared = self.plan.trunk.flatMap { planned in
        Trunk.find(in: graph, patchStride: planned.patchStride).map { ($0.alone(in: graph), input, $0, planned) }
      }
      if let stored {
        precondition(
          (shared?.trunk.layerCount ?? 0) <= stored.layerCount, "what overlapping patches share is no patch's own")
        graph.otherHeads[Self.activations] = stored.value
      }
      runner = try Runner(
        graph, input: input, plan: self.plan, turnsLogitsIntoProbabilities: metadata.output == .logits,
        heads: graph.headNames, trunk: shared?.trunk)
      tellsLocation = model.tellsLocation
      outputs = try PatchOutputs(graph)
      deformationIndex = try metadata.deformationIndex(outputCount: runner.outputCount)
      inputSize = metadata.inputSize
      self.batchCapacity = batchCapacity
      planDescription =
        "\(BLASEnvironment.libraryDescription)\nbatch \(batchCapacity)\n\(runner.planDescription)\n"
        + "\(self.plan.canonicalText)"
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  /// Classifies a batch; allocates nothing.
  ///
  /// - Parameters:
  ///   - gray: `count` × ``inputSize`` × ``inputSize`` gray values 0…255, row-major.
  ///   - count: at most ``batchCapacity``.
  ///   - shared: the trunk's output for further patches, ``sharedCount`` floats each; their number and `count`
  /// together are at most ``batchCapacity``.
  ///   - probabilities: receives the probabilities of deformation, 0…1, of the patches in `gray`, then of those
  ///     in `shared`.
  ///   - progress: called repeatedly, after every few patches.
  public func classify(
    gray: UnsafeBufferPointer<Float>, count: Int, shared: UnsafeBufferPointer<Float>? = nil,
    probabilities: UnsafeMutableBufferPointer<Float>, progress: () -> Void = {}
  ) {
    let all = count + (shared.map { $0.count / sharedCount } ?? 0)
    precondition(all <= batchCapacity && count >= 0, "the batch has room for \(batchCapacity) patches")
    precondition(gray.count >= count * inputSize * inputSize && probabilities.count >= all)
    guard all > 0, let pixels = gray.baseAddress else { return }
    runner.run(pixels, count: count, shared: shared, progress: progress)
    for patch in 0..<all { probabilities[patch] = runner.output(patch)[deformationIndex] }
  }

  /// Location of deformation in a patch of the last batch: centre row and column, half-height and half-width as
  /// fractions of the patch's side. The network's raw output, not limited to 0…1; `nil` without a location
  /// head.
  public func location(ofPatch patch: Int) -> SIMD4<Float>? {
    guard tellsLocation, let numbers = runner.output(patch, head: ModelFile.locationHead) else { return nil }
    return SIMD4(numbers[0], numbers[1], numbers[2], numbers[3])
  }

  /// Copies where the network sees a source in a patch of the last batch; allocates nothing. Only for networks with
  /// ``sourceCells``.
  ///
  /// - Parameters:
  ///   - patch: its index in the batch.
  ///   - area: receives ``sourceCells`` × ``sourceCells`` numbers, row-major: the probability, 0…1, that the subcell
  ///     lies in the deforming area.
  ///   - centre: receives as many: the heat, 0…1, of the place of greatest displacement.
  public func copySourceCells(
    ofPatch patch: Int, area: UnsafeMutablePointer<Float>, centre: UnsafeMutablePointer<Float>
  ) {
    outputs.copySourceCells(of: runner, patch: patch, area: area, centre: centre)
  }

  /// The embedding of a patch of the last batch, ``embeddingCount`` numbers; `nil` without one. Allocates nothing.
  public func embedding(ofPatch patch: Int) -> UnsafeBufferPointer<Float>? {
    outputs.embedding(of: runner, patch: patch)
  }

  /// Activations of the stored layer for a patch of the last batch, an image in ONNX's order; `nil` if no layer
  /// is stored.
  public func activations(ofPatch patch: Int) -> UnsafeBufferPointer<Float>? {
    runner.output(patch, head: Self.activations)
  }

  /// Not a valid name of an output.
  private static let activations = "\u{0}activations"

  /// The trunk that overlapping patches share, for an image whose sides exceed a patch's by multiples of the
  /// trunk's stride.
  ///
  /// - Parameters:
  ///   - height: rows of the image.
  ///   - width: columns of the image.
  /// - Returns: `nil` if the plan has no trunk, or the image is too large for it, or hardly larger than a
  ///   patch.
  public func trunk(height: Int, width: Int) -> ImageTrunk? {
    guard let shared, height >= inputSize, width >= inputSize,
      (height - inputSize) % shared.trunk.stride.height == 0,
      (width - inputSize) % shared.trunk.stride.width == 0
    else { return nil }
    return try? ImageTrunk(
      shared.trunk, of: shared.graph, input: shared.input, plan: plan.overImage(shared.plan), height: height,
      width: width)
  }

  /// Row and column distance of positions at which patches can share the trunk; `nil` without a trunk.
  public var trunkStride: (rows: Int, columns: Int)? {
    (shared?.trunk.stride).map { ($0.height, $0.width) }
  }

  /// Limits the BLAS to one thread in this process: workers run one process per core, and with several threads
  /// the bits of a product would depend on the machine.
  public static func setSingleThreadedBLAS() { BLAS.useOneThread() }

  /// Makes the BLAS allocate its work memory, which it keeps. Call before limiting the process's memory:
  /// OpenBLAS retries a failed allocation for ever.
  public static func takeBLASMemory() {
    let side = 256
    let (a, c) = (AlignedFloats(count: side * side), AlignedFloats(count: side * side))
    a.base.update(repeating: 0, count: side * side)
    BLAS.multiply(
      rows: side, columns: side, depth: side, a: a.base, aStride: side, b: a.base, bIsTransposed: false,
      into: c.base,
      stride: side)
  }
}
