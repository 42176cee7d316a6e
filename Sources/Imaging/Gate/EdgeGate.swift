import Interferometry

/// The gate of the `jgr2018` profile in sweeps of earlier versions: a patch goes to the network only where enough of its
/// pixels are Canny edges (Anantrasirichai et al. 2018, section 3). A patch without a pixel of data, or of one gray
/// throughout, never does. Which edges there are depends on the constant in the phase; ``FringeGate`` does not.
///
/// Owns its scratch memory, so one value serves one thread.
public final class EdgeGate {
  public let patches: PatchGrid
  private let detector: StrongEdgeDetector
  private let edges: PixelBuffer<UInt8>
  private let minimumCount: Double

  public init(patches: PatchGrid, parameters: EdgeGateParameters) {
    self.patches = patches
    detector = StrongEdgeDetector(grid: patches.grid, parameters: parameters)
    edges = PixelBuffer(count: patches.grid.count, repeating: 0)
    minimumCount = max(parameters.minimumEdgeShare * Double(patches.patchArea), 1)
  }

  /// The strong edges of the last interferogram: 1 where there is one, else 0.
  public var strongEdges: UnsafeBufferPointer<UInt8> { edges.elements }

  /// - Parameters:
  ///   - gray: Gray bytes of the phase, row-major.
  ///   - valid: 1 where there is data, else 0.
  ///   - coherence: 0…1, NaN where unknown; `nil` where there is none at all.
  ///   - kept: For each patch whether it goes to the network.
  /// - Returns: The number of patches kept.
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

  /// Whether one patch that is already gray goes to the network, as for labelled patches in training.
  ///
  /// - Parameters:
  ///   - gray: Gray bytes, `size` × `size`, row-major.
  ///   - valid: For each pixel whether it has data; gray alone cannot tell, as 128 and 0 are also phases.
  ///   - size: Pixels across the patch.
  ///   - parameters: The gate's settings.
  /// - Returns: `false` also for arrays that are not `size` × `size`.
  public static func isOpen(
    gray: [UInt8], valid: [Bool], size: Int, parameters: EdgeGateParameters = EdgeGateParameters()
  ) -> Bool {
    let grid = Grid(height: size, width: size)
    guard gray.count == grid.count, valid.count == grid.count,
      let patches = PatchGrid(grid: grid, size: size, stride: size)
    else { return false }
    let gate = EdgeGate(patches: patches, parameters: parameters)
    let mask = valid.map { $0 ? UInt8(1) : 0 }
    return gray.withUnsafeBufferPointer { gray in
      mask.withUnsafeBufferPointer { mask in
        withUnsafeTemporaryAllocation(of: Bool.self, capacity: 1) { kept in
          gate.evaluate(gray: gray, valid: mask, coherence: nil, kept: kept) == 1
        }
      }
    }
  }
}
