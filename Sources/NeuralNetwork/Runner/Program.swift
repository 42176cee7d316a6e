/// A graph made ready to run: packed kernels in order, and the size of every value between them.
///
/// Value 0 is what the caller hands over; the program's values are its own, not the graph's.
struct Program {
  private(set) var steps: [Step] = []
  /// Floats per patch, by value.
  private(set) var sizes: [Int]
  /// The results, by the names of the graph's outputs; the one of the classes under ``classHead``.
  var heads: [String: ValueID] = [:]
  /// What overlapping patches share: the steps in front that lead to a value, and the value.
  private(set) var trunk: (steps: Int, value: ValueID)?

  /// No output can be called so.
  static let classHead = ""
  static let input: ValueID = 0

  init(inputSize: Int) { sizes = [inputSize] }

  /// Adds a step that writes a new value of `size` floats a patch.
  mutating func append(
    _ name: String, _ kernel: any Kernel, inputs: [ValueID], size: Int, scope: Step.Scope = .patch
  ) -> ValueID {
    let value = sizes.count
    sizes.append(size)
    steps.append(Step(name: name, kernel: kernel, inputs: inputs, output: value, scope: scope))
    return value
  }

  /// The steps so far are the trunk, which ends in a value.
  mutating func endTrunk(at value: ValueID) { trunk = (steps.count, value) }

  /// Runs of steps of one scope, all in the trunk or all behind it. Those per patch are repeated patch by patch, so that what passes between their
  /// steps stays in the cache.
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
