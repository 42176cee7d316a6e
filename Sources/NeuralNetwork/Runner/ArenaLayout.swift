/// Layout of a program's values in a single block of memory. Values that are never alive at the same time share
/// memory.
struct ArenaLayout {
  /// By value: offset in the arena, floats. Value 0, the caller's, has none.
  private(set) var offsets: [Int]
  /// By value: distance of consecutive patches' values, floats; 0 if only the current patch has one.
  private(set) var patchStrides: [Int]
  /// By value: whether it is kept for all patches of the batch, or only for the current chunk.
  private(set) var holdsBatch: [Bool]
  /// Offset of the kernels' scratch memory.
  private(set) var scratchOffset = 0
  private(set) var count = 0

  private struct Lifetime {
    let value: ValueID
    let size: Int
    var steps: ClosedRange<Int>
    /// For one patch, for a chunk or for the batch.
    let copies: Int
    let isForWholeBatch: Bool
  }

  /// - Throws: ``ModelError/Problem`` if the arena would be too large.
  init(_ program: Program, segments: [Range<Int>], chunk: Int, rows: Int) throws {
    offsets = [Int](repeating: 0, count: program.sizes.count)
    patchStrides = [Int](repeating: 0, count: program.sizes.count)
    holdsBatch = [Bool](repeating: false, count: program.sizes.count)
    holdsBatch[Program.input] = true
    patchStrides[Program.input] = program.sizes[Program.input]
    var placed: [Lifetime] = []
    var end = 0
    let lifetimes = Self.lifetimes(program, segments: segments, chunk: chunk, rows: rows)
    for lifetime in lifetimes.sorted(by: { ($1.size, $0.value) < ($0.size, $1.value) }) {
      let neighbours = placed.filter { $0.steps.overlaps(lifetime.steps) }
        .sorted { offsets[$0.value] < offsets[$1.value] }
      var offset = 0
      for neighbour in neighbours where offset + lifetime.size > offsets[neighbour.value] {
        offset = max(offset, offsets[neighbour.value] + neighbour.size)
      }
      offsets[lifetime.value] = offset
      holdsBatch[lifetime.value] = lifetime.isForWholeBatch
      if lifetime.copies > 1 { patchStrides[lifetime.value] = program.sizes[lifetime.value] }
      placed.append(lifetime)
      end = max(end, offset + lifetime.size)
    }
    scratchOffset = end
    count = end + (program.steps.map(\.kernel.scratchCount).max() ?? 0)
    guard count <= ModelLimits.arenaElements else {
      throw ModelError.Problem.tooLarge(
        what: "the memory for a batch of \(rows), in floats,", value: count, limit: ModelLimits.arenaElements)
    }
  }

  /// A value used across regions is kept for every patch, one used across segments for every patch of a chunk;
  /// and for the whole of both, because these are repeated.
  private static func lifetimes(
    _ program: Program, segments: [Range<Int>], chunk: Int, rows: Int
  ) -> [Lifetime] {
    let regions = program.regions(segments)
    var segmentOfStep = [Int](repeating: 0, count: program.steps.count)
    for (index, segment) in segments.enumerated() {
      for step in segment { segmentOfStep[step] = index }
    }
    var regionOfSegment = [Int](repeating: 0, count: segments.count)
    for (index, region) in regions.enumerated() {
      for segment in region { regionOfSegment[segment] = index }
    }
    var lastUse = program.sizes.indices.map { _ in 0 }
    for (index, step) in program.steps.enumerated() {
      for value in step.inputs + [step.output] { lastUse[value] = index }
    }
    let results = Set(program.heads.values)
    // The last chunk has memory for all its patches, even if it is not full.
    let batch = (rows + chunk - 1) / chunk * chunk
    return program.steps.enumerated().map { index, step in
      let value = step.output
      let last = results.contains(value) ? program.steps.count - 1 : lastUse[value]
      let (first, end) = (segmentOfStep[index], segmentOfStep[last])
      let (firstRegion, endRegion) = (regionOfSegment[first], regionOfSegment[end])
      let isForWholeBatch = step.scope == .batch || firstRegion != endRegion || results.contains(value)
      let isForChunk = step.scope == .chunk || first != end
      let steps: ClosedRange<Int>
      if isForWholeBatch {
        let (start, stop) = (segments[regions[firstRegion].lowerBound], segments[regions[endRegion].upperBound - 1])
        steps = start.lowerBound...(stop.upperBound - 1)
      } else if isForChunk {
        steps = segments[first].lowerBound...(segments[end].upperBound - 1)
      } else {
        steps = index...last
      }
      let copies = isForWholeBatch ? batch : isForChunk ? chunk : 1
      return Lifetime(
        value: value, size: (program.sizes[value] * copies + 15) / 16 * 16, steps: steps, copies: copies,
        isForWholeBatch: isForWholeBatch)
    }
  }
}
