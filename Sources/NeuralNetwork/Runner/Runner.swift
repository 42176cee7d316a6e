/// Runs a plan over batches of patches. Owned by one thread.
final class Runner {
  let batchCapacity: Int
  /// Floats per patch that a caller hands over.
  let inputCount: Int
  /// Floats per patch that come out.
  let outputCount: Int
  /// How each fully connected layer is computed, by name.
  var productMethods: [String: RowProductKernel.Method] {
    var methods: [String: RowProductKernel.Method] = [:]
    for step in plan.steps {
      if let product = step.kernel as? RowProductKernel { methods[step.name] = product.method }
    }
    return methods
  }

  /// Each step's kernel with the shapes that its sums depend on, one a line.
  var planDescription: String {
    plan.steps.map { step in
      "\(step.name): \(step.kernel.shape), \(step.inputs.map { plan.sizes[$0] }) to \(plan.sizes[step.output])"
        + (step.isBatched ? ", by the batch" : "")
    }.joined(separator: "\n")
  }

  private let plan: Plan
  private let classes: ValueID
  private let segments: [Range<Int>]
  private let layout: ArenaLayout
  private let arena: AlignedFloats
  private let pointers: UnsafeMutablePointer<UnsafePointer<Float>>

  /// `batchCapacity` is the fixed number of rows of every product over a batch.
  ///
  /// What the class head does not need is left out, but for the `heads` named.
  ///
  /// - Throws: ``ModelError/Problem`` where the memory needed is above the limit.
  init(
    _ graph: Graph, input: InputForm, batchCapacity: Int, turnsLogitsIntoProbabilities: Bool = false,
    heads: [String] = []
  ) throws {
    precondition(batchCapacity > 0, "a batch has room for at least one patch")
    BLAS.useOneThread()
    self.batchCapacity = batchCapacity
    plan = PlanBuilder.build(
      graph.reduced(toHeads: heads), input: input, rows: batchCapacity,
      turnsLogitsIntoProbabilities: turnsLogitsIntoProbabilities)
    segments = plan.segments()
    layout = try ArenaLayout(plan, segments: segments, rows: batchCapacity)
    arena = AlignedFloats(count: layout.count)
    inputCount = plan.sizes[Plan.input]
    classes = plan.heads[Plan.classHead] ?? Plan.input
    outputCount = plan.sizes[classes]
    pointers = .allocate(capacity: plan.steps.map(\.inputs.count).max() ?? 1)
  }

  deinit { pointers.deallocate() }

  /// Runs `count` patches, given as `count` × ``inputCount`` floats; their outputs stay readable with
  /// ``output(_:)`` until the next run.
  func run(_ input: UnsafePointer<Float>, count: Int) {
    precondition((0...batchCapacity).contains(count), "the batch has room for \(batchCapacity) patches")
    guard count > 0 else { return }
    for segment in segments {
      if plan.steps[segment.lowerBound].isBatched {
        for index in segment {
          clearUnusedRows(of: plan.steps[index], from: count)
          run(plan.steps[index], patch: 0, input: input)
        }
      } else {
        for patch in 0..<count {
          for index in segment { run(plan.steps[index], patch: patch, input: input) }
        }
      }
    }
  }

  /// The output of one patch of the last run.
  func output(_ patch: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer(classes, patch: patch), count: outputCount)
  }

  /// What another head says of one patch of the last run, in ONNX's order; `nil` where it was left out.
  func output(_ patch: Int, head: String) -> UnsafeBufferPointer<Float>? {
    plan.heads[head].map { UnsafeBufferPointer(start: pointer($0, patch: patch), count: plan.sizes[$0]) }
  }

  private func run(_ step: Step, patch: Int, input: UnsafePointer<Float>) {
    for (index, value) in step.inputs.enumerated() {
      pointers[index] =
        value == Plan.input
        ? input + patch * inputCount : UnsafePointer(pointer(value, patch: patch))
    }
    step.kernel.run(
      KernelCall(
        inputs: pointers, output: pointer(step.output, patch: patch), scratch: arena.base + layout.scratchOffset))
  }

  private func clearUnusedRows(of step: Step, from count: Int) {
    for value in step.inputs {
      pointer(value, patch: count).update(repeating: 0, count: (batchCapacity - count) * plan.sizes[value])
    }
  }

  private func pointer(_ value: ValueID, patch: Int) -> UnsafeMutablePointer<Float> {
    arena.base + layout.offsets[value] + patch * layout.patchStrides[value]
  }
}
