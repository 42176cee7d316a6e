/// Runs a program over batches of patches. Owned by one thread.
final class Runner {
  let batchCapacity: Int
  /// Input floats per patch.
  let inputCount: Int
  /// Output floats per patch.
  let outputCount: Int
  /// Output floats per patch of the trunk; 0 without one.
  let sharedCount: Int
  /// Each step's kernel with the shapes that its sums depend on, one a line.
  var planDescription: String {
    program.steps.map { step in
      "\(step.name): \(step.kernel.shape), \(step.inputs.map { program.sizes[$0] }) to \(program.sizes[step.output])"
        + (", by the \(step.scope)")
    }.joined(separator: "\n")
  }

  private let program: Program
  private let classes: ValueID
  private let segments: [Range<Int>]
  private let regions: [Range<Int>]
  private let chunk: Int
  /// First patch of the current chunk.
  private var chunkStart = 0
  private let layout: ArenaLayout
  private let arena: AlignedFloats
  private let pointers: UnsafeMutablePointer<UnsafePointer<Float>>

  /// What the class head does not need is left out, but for the `heads` named.
  ///
  /// - Throws: ``ModelError/Problem`` if the required memory exceeds the limit.
  init(
    _ graph: Graph, input: InputForm, plan: Plan, turnsLogitsIntoProbabilities: Bool = false, heads: [String] = [],
    trunk: Trunk? = nil
  ) throws {
    precondition(
      trunk == nil || graph.reduced(toHeads: heads).layers.count == graph.layers.count,
      "a trunk is found in what is run")
    precondition(plan.batchCapacity > 0 && plan.chunk > 0, "a batch has room for at least one patch")
    BLAS.useOneThread()
    batchCapacity = plan.batchCapacity
    chunk = plan.chunk
    let program = ProgramBuilder.build(
      graph.reduced(toHeads: heads), input: input, plan: plan,
      turnsLogitsIntoProbabilities: turnsLogitsIntoProbabilities, trunk: trunk)
    self.program = program
    sharedCount = program.trunk.map { program.sizes[$0.value] } ?? 0
    segments = program.segments()
    regions = program.regions(segments)
    layout = try ArenaLayout(program, segments: segments, chunk: chunk, rows: batchCapacity)
    arena = AlignedFloats(count: layout.count)
    arena.base.update(repeating: 0, count: layout.count)
    inputCount = program.sizes[Program.input]
    classes = program.heads[Program.classHead] ?? Program.input
    outputCount = program.sizes[classes]
    pointers = .allocate(capacity: program.steps.map(\.inputs.count).max() ?? 1)
  }

  deinit { pointers.deallocate() }

  /// Runs `count` patches, given as `count` × ``inputCount`` floats; outputs are available from ``output(_:)``
  /// until the next run. Calls `progress` after each chunk of patches and each GEMM over the batch.
  ///
  /// They are followed by patches whose trunk was run already, given as its output, ``sharedCount`` floats
  /// each.
  func run(
    _ input: UnsafePointer<Float>, count alone: Int, shared: UnsafeBufferPointer<Float>? = nil,
    progress: () -> Void = {}
  ) {
    let count = alone + (shared.map { $0.count / sharedCount } ?? 0)
    precondition(alone >= 0 && count <= batchCapacity, "the batch has room for \(batchCapacity) patches")
    guard count > 0 else { return }
    for region in regions {
      if program.steps[segments[region.lowerBound].lowerBound].scope == .batch {
        for segment in segments[region] {
          runBatched(segment, count: count, input: input)
          progress()
        }
      } else {
        for start in stride(from: 0, to: count, by: chunk) {
          chunkStart = start
          let end = min(start + chunk, count)
          for segment in segments[region] {
            let isInTrunk = segment.upperBound <= program.trunk?.steps ?? 0
            runChunk(segment, end: isInTrunk ? min(end, alone) : end, input: input)
            if segment.upperBound == program.trunk?.steps, let shared { take(shared, behind: alone, to: end) }
          }
          progress()
        }
        chunkStart = 0
      }
    }
  }

  private func runBatched(_ segment: Range<Int>, count: Int, input: UnsafePointer<Float>) {
    for index in segment {
      clearUnusedRows(of: program.steps[index], from: count, to: batchCapacity)
      run(index, patch: 0, input: input)
    }
  }

  /// Copies the trunk's output to where the following steps read it, for the patches of the chunk that have it.
  private func take(_ shared: UnsafeBufferPointer<Float>, behind alone: Int, to end: Int) {
    guard let value = program.trunk?.value, let source = shared.baseAddress else { return }
    for patch in max(chunkStart, alone)..<max(chunkStart, alone, end) {
      pointer(value, patch: patch).update(from: source + (patch - alone) * sharedCount, count: sharedCount)
    }
  }

  private func runChunk(_ segment: Range<Int>, end: Int, input: UnsafePointer<Float>) {
    guard end > chunkStart else { return }
    if program.steps[segment.lowerBound].scope == .chunk {
      for index in segment {
        clearUnusedRows(of: program.steps[index], from: end, to: chunkStart + chunk)
        run(index, patch: chunkStart, input: input)
      }
    } else {
      for patch in chunkStart..<end {
        for index in segment { run(index, patch: patch, input: input) }
      }
    }
  }

  /// The output of one patch of the last run.
  func output(_ patch: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer(classes, patch: patch), count: outputCount)
  }

  /// Output of another head for one patch of the last run, in ONNX's order; `nil` if the head was left out.
  func output(_ patch: Int, head: String) -> UnsafeBufferPointer<Float>? {
    program.heads[head].map { UnsafeBufferPointer(start: pointer($0, patch: patch), count: program.sizes[$0]) }
  }

  private func run(_ index: Int, patch: Int, input: UnsafePointer<Float>) {
    let step = program.steps[index]
    for (argument, value) in step.inputs.enumerated() {
      pointers[argument] =
        value == Program.input
        ? input + patch * inputCount : UnsafePointer(pointer(value, patch: patch))
    }
    let call = KernelCall(
      inputs: pointers, output: pointer(step.output, patch: patch), scratch: arena.base + layout.scratchOffset)
    guard !seconds.isEmpty else { return step.kernel.run(call) }
    let start = ProcessorTime.seconds
    step.kernel.run(call)
    seconds[index] += ProcessorTime.seconds - start
  }

  /// Time of each step, if requested.
  private var seconds: [Double] = []

  /// Processor time per patch of each step in a full batch of mid-gray, milliseconds, the minimum over several
  /// runs.
  func profile(rounds: Int = 3) -> [(name: String, milliseconds: Double)] {
    let input = [Float](repeating: 127.5, count: batchCapacity * inputCount)
    var least = [Double](repeating: .infinity, count: program.steps.count)
    for _ in 0..<rounds {
      seconds = [Double](repeating: 0, count: program.steps.count)
      run(input, count: batchCapacity)
      for index in least.indices { least[index] = min(least[index], seconds[index]) }
    }
    seconds = []
    return program.steps.indices.map { (program.steps[$0].name, least[$0] * 1000 / Double(batchCapacity)) }
  }

  private func clearUnusedRows(of step: Step, from start: Int, to end: Int) {
    guard start < end else { return }
    for value in step.inputs where value != Program.input {
      pointer(value, patch: start).update(repeating: 0, count: (end - start) * program.sizes[value])
    }
  }

  private func pointer(_ value: ValueID, patch: Int) -> UnsafeMutablePointer<Float> {
    let position = layout.holdsBatch[value] ? patch : patch - chunkStart
    return arena.base + layout.offsets[value] + position * layout.patchStrides[value]
  }
}
