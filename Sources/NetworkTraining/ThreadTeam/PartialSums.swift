import NeuralNetwork

/// Sums over a batch that are taken part by part and then added in the parts' order, so that they do not depend on
/// the number of threads.
final class PartialSums {
  private var memory = AlignedFloats(count: 0)
  private var count = 0
  private var parts = 0

  /// Allocates `count` sums for each part of a batch of `patches`.
  func prepare(count: Int, patches: Int) {
    self.count = count
    parts = min(patches, ThreadTeam.batchParts)
    if memory.count < parts * count { memory = AlignedFloats(count: parts * count) }
  }

  /// One part's sums, uninitialised at first.
  func part(_ part: Int) -> UnsafeMutablePointer<Float> { memory.base + part * count }

  /// Adds the sums of all parts from `first` on; overwrites `target`, or adds to it.
  func reduce(
    from first: Int = 0, count: Int, into target: UnsafeMutablePointer<Float>, adds: Bool, team: ThreadTeam
  ) {
    let slices = max(1, min(16, count / 4_096))
    team.run(parts: slices) { slice, _ in
      let range = (slice * count / slices)..<((slice + 1) * count / slices)
      if !adds { (target + range.lowerBound).update(repeating: 0, count: range.count) }
      for part in 0..<parts {
        let source = self.part(part) + first
        for index in range { target[index] += source[index] }
      }
    }
  }
}
