import Interferometry

/// The Canny gate, which `jgr2018` had in earlier versions: a patch passes only if enough of its pixels are strong
/// edges (Anantrasirichai et al. 2018, section 3: a patch without strong edges is background). A patch without
/// data, or with a single gray, never passes. The edges depend on the constant offset of the phase; ``FringeGate``
/// does not.
///
/// Owns its scratch memory: use one value per thread.
public final class EdgeGate {
  /// The patches of the raster.
  public let patches: PatchGrid
  private let detector: StrongEdgeDetector
  let edges: PixelBuffer<UInt8>
  private let minimumCount: Double

  public init(patches: PatchGrid, parameters: EdgeGateParameters) {
    self.patches = patches
    detector = StrongEdgeDetector(grid: patches.grid, parameters: parameters)
    edges = PixelBuffer(count: patches.grid.count, repeating: 0)
    minimumCount = max(parameters.minimumEdgeShare * Double(patches.patchArea), 1)
  }

  /// Evaluates the gate for one interferogram.
  ///
  /// - Parameters:
  ///   - gray: Gray bytes of the phase, row-major.
  ///   - valid: 1 for pixels with data, else 0.
  ///   - coherence: 0…1, NaN where unknown; `nil` if there is none.
  ///   - kept: Receives for each patch whether it passes.
  /// - Returns: the number of patches that pass.
  @discardableResult
  public func evaluate(
    gray: UnsafeBufferPointer<UInt8>, valid: UnsafeBufferPointer<UInt8>, coherence: UnsafeBufferPointer<Float>?,
    kept: UnsafeMutableBufferPointer<Bool>
  ) -> Int {
    precondition(kept.count == patches.count, "each patch is kept or not")
    detector.detect(
      gray: gray, valid: valid, coherence: coherence,
      into: UnsafeMutableBufferPointer(start: edges.pointer, count: edges.count))
    var keptCount = 0
    for patch in 0..<patches.count {
      let isKept =
        Double(patches.sum(of: edges.elements, over: patch)) >= minimumCount
        && patches.varies(gray, valid: valid, over: patch)
      kept[patch] = isKept
      keptCount += isKept ? 1 : 0
    }
    return keptCount
  }
}
