import Imaging
import Interferometry

/// The memory that the stages of one interferogram share, for rasters of one size and one thread.
final class Workspace {
  let grid: Grid
  let patches: PatchGrid
  let gate: PatchGate
  let merger: ProbabilityMerger
  let gray: UnsafeMutableBufferPointer<Float>
  let map: UnsafeMutableBufferPointer<Float>
  let kept: UnsafeMutableBufferPointer<Bool>
  /// One number a patch: the gate's shares, then what is merged.
  let shares: UnsafeMutableBufferPointer<Float>

  init(patches: PatchGrid, profile: MethodProfile) {
    grid = patches.grid
    self.patches = patches
    gate = PatchGate(patches: patches, rule: profile.gate)
    merger = ProbabilityMerger(patches: patches, rule: profile.merge)
    gray = .allocate(capacity: grid.count)
    map = .allocate(capacity: grid.count)
    kept = .allocate(capacity: patches.count)
    shares = .allocate(capacity: patches.count)
    for buffer in [gray, map, shares] { buffer.initialize(repeating: 0) }
    kept.initialize(repeating: false)
  }

  deinit {
    for buffer in [gray, map, shares] { buffer.deallocate() }
    kept.deallocate()
  }
}
