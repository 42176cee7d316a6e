import Interferometry

/// The gate of the `jgr2018` profile: a patch passes only if enough of its pixels are strong edges
/// (Anantrasirichai et al. 2018, section 3: a patch without strong edges is background). A patch without
/// data, or with a single gray, never passes.
///
/// Owns its scratch memory: use one value per thread.
public final class EdgeGate {
  /// The patches of the raster.
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

  /// Strong edges of the last interferogram: 1 for an edge, else 0; height × width, row-major.
  public var strongEdges: UnsafeBufferPointer<UInt8> { edges.elements }

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
        && varies(gray, valid, patch)
      kept[patch] = isKept
      keptCount += isKept ? 1 : 0
    }
    return keptCount
  }

  /// Whether a single gray patch passes, for labelled patches in training.
  ///
  /// - Parameters:
  ///   - gray: Gray bytes, `size` × `size`, row-major.
  ///   - valid: Whether each pixel has data; gray does not show it, because 128 and 0 are also phases.
  ///   - size: Pixels across the patch.
  ///   - parameters: Settings of the gate.
  /// - Returns: `false` also if the arrays are not `size` × `size`.
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

  /// Whether the patch's pixels with data have more than one gray.
  private func varies(_ gray: UnsafeBufferPointer<UInt8>, _ valid: UnsafeBufferPointer<UInt8>, _ patch: Int) -> Bool
  {
    guard let gray = gray.baseAddress, let valid = valid.baseAddress else { return false }
    let (row, column) = patches.origin(of: patch)
    var lowest = UInt8.max
    var highest = UInt8.min
    for y in row..<(row + patches.size) {
      let start = y * patches.grid.width + column
      for index in start..<(start + patches.size) {
        let mask = 0 &- valid[index]
        let low = gray[index] | ~mask
        let high = gray[index] & mask
        lowest = low < lowest ? low : lowest
        highest = high > highest ? high : highest
      }
      if lowest < highest { return true }
    }
    return false
  }
}
