/// Where each of a plan's values lies in the one block of memory. Values that never live at the same time
/// share their place.
struct ArenaLayout {
  /// By value; floats from the arena's start. Value 0, the caller's, has none.
  private(set) var offsets: [Int]
  /// By value: floats from one patch's value to the next patch's; 0 where only the patch at hand has one.
  private(set) var patchStrides: [Int]
  /// Where kernels find their scratch.
  private(set) var scratchOffset = 0
  private(set) var count = 0

  private struct Lifetime {
    let value: ValueID
    let size: Int
    var steps: ClosedRange<Int>
    let isForWholeBatch: Bool
  }

  /// - Throws: ``ModelError/Problem`` where the arena would be too large.
  init(_ plan: Plan, segments: [Range<Int>], rows: Int) throws {
    offsets = [Int](repeating: 0, count: plan.sizes.count)
    patchStrides = [Int](repeating: 0, count: plan.sizes.count)
    patchStrides[Plan.input] = plan.sizes[Plan.input]
    var placed: [Lifetime] = []
    var end = 0
    let lifetimes = Self.lifetimes(plan, segments: segments, rows: rows)
    for lifetime in lifetimes.sorted(by: { ($1.size, $0.value) < ($0.size, $1.value) }) {
      let neighbours = placed.filter { $0.steps.overlaps(lifetime.steps) }
        .sorted { offsets[$0.value] < offsets[$1.value] }
      var offset = 0
      for neighbour in neighbours where offset + lifetime.size > offsets[neighbour.value] {
        offset = max(offset, offsets[neighbour.value] + neighbour.size)
      }
      offsets[lifetime.value] = offset
      if lifetime.isForWholeBatch { patchStrides[lifetime.value] = plan.sizes[lifetime.value] }
      placed.append(lifetime)
      end = max(end, offset + lifetime.size)
    }
    scratchOffset = end
    count = end + (plan.steps.map(\.kernel.scratchCount).max() ?? 0)
    guard count <= ModelLimits.arenaElements else {
      throw ModelError.Problem.tooLarge(
        what: "the memory for a batch of \(rows), in floats,", value: count, limit: ModelLimits.arenaElements)
    }
  }

  /// A value that a batched step touches, or that passes from one segment to another, is there for every
  /// patch, and through the whole of both segments, because these are repeated.
  private static func lifetimes(_ plan: Plan, segments: [Range<Int>], rows: Int) -> [Lifetime] {
    var segmentOfStep = [Int](repeating: 0, count: plan.steps.count)
    for (index, segment) in segments.enumerated() {
      for step in segment { segmentOfStep[step] = index }
    }
    var lastUse = plan.sizes.indices.map { _ in 0 }
    for (index, step) in plan.steps.enumerated() {
      for value in step.inputs + [step.output] { lastUse[value] = index }
    }
    let results = Set(plan.heads.values)
    return plan.steps.enumerated().map { index, step in
      let value = step.output
      let last = results.contains(value) ? plan.steps.count - 1 : lastUse[value]
      let (first, end) = (segments[segmentOfStep[index]], segments[segmentOfStep[last]])
      let isForWholeBatch = step.isBatched || first != end || results.contains(value)
      let perPatch = (plan.sizes[value] + 15) / 16 * 16
      return Lifetime(
        value: value, size: isForWholeBatch ? (plan.sizes[value] * rows + 15) / 16 * 16 : perPatch,
        steps: isForWholeBatch ? first.lowerBound...(end.upperBound - 1) : index...last,
        isForWholeBatch: isForWholeBatch)
    }
  }
}
