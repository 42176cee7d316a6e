import Imaging
import Interferometry

/// Memory that the stages of one interferogram share, for rasters of one size and one thread.
final class Workspace {
  let grid: Grid
  let patches: PatchGrid
  let gate: PatchGate
  let merger: ProbabilityMerger
  /// Patches that share the trunk; `nil` if each is computed separately.
  let shared: SharedPatches?
  let gray: UnsafeMutableBufferPointer<Float>
  let map: UnsafeMutableBufferPointer<Float>
  let kept: UnsafeMutableBufferPointer<Bool>
  /// One number per patch: the gate's fractions, then the probabilities to merge.
  let shares: UnsafeMutableBufferPointer<Float>

  init(patches: PatchGrid, profile: MethodProfile, shared: SharedPatches?) {
    self.shared = shared
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

  /// Takes over an earlier result of the gate.
  ///
  /// - Returns: the number of patches that passed.
  func take(_ known: KnownPatches) -> Int {
    shares.update(repeating: 1)
    for patch in 0..<patches.count { kept[patch] = known.kept[patch] }
    return kept.count { $0 }
  }

  deinit {
    for buffer in [gray, map, shares] { buffer.deallocate() }
    kept.deallocate()
  }
}
