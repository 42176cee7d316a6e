import Imaging
import Interferometry

/// The memory that the stages of one interferogram share, for rasters of one size and one thread.
final class Workspace {
  let grid: Grid
  let patches: PatchGrid
  let gate: PatchGate
  let merger: ProbabilityMerger
  let phase: UnsafeMutableBufferPointer<Float>
  let coherence: UnsafeMutableBufferPointer<Float>
  let gray: UnsafeMutableBufferPointer<Float>
  let map: UnsafeMutableBufferPointer<Float>
  let kept: UnsafeMutableBufferPointer<Bool>
  let shares: UnsafeMutableBufferPointer<Float>

  init(patches: PatchGrid, profile: MethodProfile) {
    grid = patches.grid
    self.patches = patches
    gate = PatchGate(patches: patches, rule: profile.gate)
    merger = ProbabilityMerger(patches: patches, rule: profile.merge)
    phase = .allocate(capacity: grid.count)
    coherence = .allocate(capacity: grid.count)
    gray = .allocate(capacity: grid.count)
    map = .allocate(capacity: grid.count)
    kept = .allocate(capacity: patches.count)
    shares = .allocate(capacity: patches.count)
    for buffer in [phase, coherence, gray, map, shares] { buffer.initialize(repeating: 0) }
    kept.initialize(repeating: false)
  }

  deinit {
    for buffer in [phase, coherence, gray, map, shares] { buffer.deallocate() }
    kept.deallocate()
  }
}
