/// Gives patches their probability of deformation. Owned by one thread.
///
/// A patch's result depends on its pixels, the model and the batch's capacity, and on nothing else: not on
/// its place in the batch, the patches beside it or how many there are.
public final class PatchClassifier {
  /// Height and width of a patch, pixels.
  public let inputSize: Int
  /// The most patches a call takes.
  public let batchCapacity: Int
  /// What the bytes of the results depend on beside the patches and the model.
  public let plan: Plan

  /// What the last digits of its results depend on besides the model: each kernel with its shapes, and the libraries
  /// that compute them. For telling apart, not for reading.
  public let planDescription: String

  /// Whether it tells where in a patch something deforms.
  public let tellsLocation: Bool

  /// Floats that the shared trunk leaves behind of a patch; 0 where nothing is shared.
  public var sharedCount: Int { runner.sharedCount }

  private let runner: Runner
  private let deformationIndex: Int
  /// What a trunk over an image is made from.
  private let shared: (graph: Graph, input: InputForm, trunk: Trunk, plan: Plan.SharedTrunk)?

  /// Packs the weights and takes all the memory that classifying needs.
  ///
  /// The BLAS keeps to one thread in this process from now on.
  ///
  /// - Parameters:
  ///   - model: may be let go of afterwards.
  ///   - batchCapacity: 1…4096. Fully connected layers always cost as much as this many patches; from 64 on
  ///     they run near the BLAS's full speed.
  /// - Throws: ``ModelError`` where the capacity or the memory it needs is beyond the limits.
  public convenience init(model: ModelFile, batchCapacity: Int) throws {
    try self.init(model: model, plan: nil, batchCapacity: batchCapacity)
  }

  /// Packs the weights as a plan has it, so that all processes with that plan give the same bytes.
  ///
  /// - Parameters:
  ///   - model: may be let go of afterwards.
  ///   - plan: made for this model, this capacity and this kind of machine; `nil` for the usual one.
  ///   - batchCapacity: 1…4096.
  ///   - stored: a cut of the model, behind the trunk that the plan shares, whose activations ``activations(ofPatch:)``
  ///     shows; `nil` for none.
  /// - Throws: ``ModelError`` where the capacity, the plan or the memory needed does not fit.
  public init(model: ModelFile, plan: Plan?, batchCapacity: Int, storing stored: LayerCut? = nil) throws {
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
  ///   - shared: of further patches what the trunk left behind, ``sharedCount`` floats each; they and `count` together
  ///     are at most ``batchCapacity``.
  ///   - probabilities: receives the probabilities of deformation, 0…1, of the patches in `gray`, then of those in
  ///     `shared`.
  ///   - progress: called now and then while a batch is under way, after each few patches.
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

  /// Where something deforms in a patch of the last batch: centre row and column, half-height and half-width as shares of
  /// its side, as the network says them, which may be any numbers; `nil` where it tells no location.
  public func location(ofPatch patch: Int) -> SIMD4<Float>? {
    guard tellsLocation, let numbers = runner.output(patch, head: ModelFile.locationHead) else { return nil }
    return SIMD4(numbers[0], numbers[1], numbers[2], numbers[3])
  }

  /// What the stored layer left behind of a patch of the last batch, an image's numbers in ONNX's order; `nil` where none
  /// is stored.
  public func activations(ofPatch patch: Int) -> UnsafeBufferPointer<Float>? {
    runner.output(patch, head: Self.activations)
  }

  /// No output can be called so.
  private static let activations = "\u{0}activations"

  /// The trunk that overlapping patches share, over an image as large as a patch and multiples of the trunk's stride.
  ///
  /// - Parameters:
  ///   - height: rows of the image.
  ///   - width: columns of the image.
  /// - Returns: `nil` where the plan has none, the image is too large for it, or not so much larger than a patch.
  public func trunk(height: Int, width: Int) -> ImageTrunk? {
    guard let shared, height >= inputSize, width >= inputSize,
      (height - inputSize) % shared.trunk.stride.height == 0,
      (width - inputSize) % shared.trunk.stride.width == 0
    else { return nil }
    return try? ImageTrunk(
      shared.trunk, of: shared.graph, input: shared.input, plan: plan.overImage(shared.plan), height: height,
      width: width)
  }

  /// Rows and columns from one place to the next where a patch can share the trunk; `nil` where nothing is shared.
  public var trunkStride: (rows: Int, columns: Int)? {
    (shared?.trunk.stride).map { ($0.height, $0.width) }
  }

  /// One BLAS thread for this process: workers run one process per core, and with several threads a
  /// product's bits would depend on the machine.
  public static func setSingleThreadedBLAS() { BLAS.useOneThread() }

  /// Has the BLAS take the memory that it works in, which it keeps. To be called before a process limits its memory:
  /// OpenBLAS asks for it again and again, for ever, when it gets none.
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
