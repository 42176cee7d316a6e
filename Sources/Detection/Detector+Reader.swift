import Interferometry

extension Detector {
  /// Scores the interferograms of a unit, whose pixels are read one by one; see the overload that takes pixels.
  public func score(
    count: Int, grid: Grid, geoTransform: GeoTransform, step: (Stage, _ index: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, read: Reader
  ) -> [Int: InterferogramResult] {
    let phase = UnsafeMutableBufferPointer<Float>.allocate(capacity: grid.count)
    let coherence = UnsafeMutableBufferPointer<Float>.allocate(capacity: grid.count)
    phase.initialize(repeating: .nan)
    coherence.initialize(repeating: .nan)
    defer {
      phase.deallocate()
      coherence.deallocate()
    }
    return score(count: count, grid: grid, geoTransform: geoTransform, step: step, shouldStop: shouldStop) {
      let hasCoherence = try read($0, phase, coherence)
      return Pixels(
        phase: UnsafeBufferPointer(phase), coherence: hasCoherence ? UnsafeBufferPointer(coherence) : nil)
    }
  }
}
