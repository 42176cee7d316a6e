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

  private let runner: Runner
  private let deformationIndex: Int

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
  /// - Throws: ``ModelError`` where the capacity, the plan or the memory needed does not fit.
  public init(model: ModelFile, plan: Plan?, batchCapacity: Int) throws {
    do {
      guard (1...ModelLimits.batchCapacity).contains(batchCapacity) else {
        throw ModelError.Problem.tooLarge(
          what: "the batch's capacity (which starts at 1)", value: batchCapacity, limit: ModelLimits.batchCapacity)
      }
      let metadata = model.metadata
      BLAS.useOneThread()
      let graph = model.graph.reduced(toHeads: [])
      self.plan =
        try plan?.checked(for: graph, batchCapacity: batchCapacity)
        ?? Plan.standard(for: graph, batchCapacity: batchCapacity)
      runner = try Runner(
        graph, input: .gray(mean: metadata.mean, scale: metadata.scale), plan: self.plan,
        turnsLogitsIntoProbabilities: metadata.output == .logits)
      deformationIndex = try metadata.deformationIndex(outputCount: runner.outputCount)
      inputSize = metadata.inputSize
      self.batchCapacity = batchCapacity
      planDescription = "\(BLASEnvironment.libraryDescription)\nbatch \(batchCapacity)\n\(runner.planDescription)"
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  /// Classifies a batch; allocates nothing.
  ///
  /// - Parameters:
  ///   - gray: `count` × ``inputSize`` × ``inputSize`` gray values 0…255, row-major.
  ///   - count: at most ``batchCapacity``.
  ///   - probabilities: receives `count` probabilities of deformation, 0…1.
  ///   - progress: called now and then while a batch is under way, after each few patches.
  public func classify(
    gray: UnsafeBufferPointer<Float>, count: Int, probabilities: UnsafeMutableBufferPointer<Float>,
    progress: () -> Void = {}
  ) {
    precondition(count <= batchCapacity && count >= 0, "the batch has room for \(batchCapacity) patches")
    precondition(gray.count >= count * inputSize * inputSize && probabilities.count >= count)
    guard count > 0, let pixels = gray.baseAddress else { return }
    runner.run(pixels, count: count, progress: progress)
    for patch in 0..<count { probabilities[patch] = runner.output(patch)[deformationIndex] }
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
