/// A graph prepared for execution: packed kernels in order, and the size of every value.
///
/// Value 0 is the caller's input; value numbers are the program's own, not the graph's.
struct Program {
  private(set) var steps: [Step] = []
  /// Floats per patch, by value.
  private(set) var sizes: [Int]
  /// The results, by output name; the classes under ``classHead``.
  var heads: [String: ValueID] = [:]
  /// The layers that overlapping patches share: number of leading steps, and the value they produce.
  private(set) var trunk: (steps: Int, value: ValueID)?

  /// Not a valid name of an output.
  static let classHead = ""
  static let input: ValueID = 0

  init(inputSize: Int) { sizes = [inputSize] }

  /// Appends a step that writes a new value of `size` floats per patch.
  mutating func append(
    _ name: String, _ kernel: any Kernel, inputs: [ValueID], size: Int, scope: Step.Scope = .patch
  ) -> ValueID {
    let value = sizes.count
    sizes.append(size)
    steps.append(Step(name: name, kernel: kernel, inputs: inputs, output: value, scope: scope))
    return value
  }

  /// Marks the steps so far as the trunk, which produces a value.
  mutating func endTrunk(at value: ValueID) { trunk = (steps.count, value) }

  /// Runs of steps with the same scope, all within or all after the trunk. Runs per patch are repeated patch by
  /// patch, so that intermediate values stay in the cache.
  func segments() -> [Range<Int>] {
    var segments: [Range<Int>] = []
    var start = 0
    for index in steps.indices
    where index + 1 == steps.count || steps[index + 1].scope != steps[index].scope || index + 1 == trunk?.steps {
      segments.append(start..<(index + 1))
      start = index + 1
    }
    return segments
  }

  /// Runs of segments that are all per patch or chunk, repeated chunk by chunk, or all over the batch.
  func regions(_ segments: [Range<Int>]) -> [Range<Int>] {
    var regions: [Range<Int>] = []
    var start = 0
    for index in segments.indices {
      let isBatched = steps[segments[index].lowerBound].scope == .batch
      let isLast =
        index + 1 == segments.count || (steps[segments[index + 1].lowerBound].scope == .batch) != isBatched
      guard isLast else { continue }
      regions.append(start..<(index + 1))
      start = index + 1
    }
    return regions
  }
}
