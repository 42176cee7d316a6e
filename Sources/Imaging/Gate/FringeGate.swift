import Interferometry

/// The gate of the `jgr2018` profile: a patch goes to the network only where enough of its pixels lie on wrap edges
/// (Anantrasirichai et al. 2018, section 3: a patch without a strong edge is background at once).
///
/// Where the phase wraps depends on a constant that no interferogram knows. The mean over all constants of the
/// length of the wrap edges is the integral of |∇φ| / 2π (Federer's coarea formula), so that is what is counted,
/// once, instead of the Canny edges at the constant that a product happens to have (``EdgeGate`` counts these). The
/// decision does not change when a constant is added to the phase or the phase is negated.
///
/// The gradient is the angle of the mean of exp(i·Δφ) over windows of 8 × 8 pixels every 4 pixels, Δφ the
/// differences of neighbours with data. A window is decorrelated, and adds nothing, where the length of that mean,
/// √((|Σx|² + |Σy|²) / (n_x² + n_y²)), is below a threshold (1 for a plane, about 1/√n for noise), where it has
/// less than half of its differences, or where the mean of its known coherences is below another.
///
/// Owns its scratch memory, so one value serves one thread.
public final class FringeGate {
  /// Positions of the patches that are evaluated; fixes the size of phase and coherence.
  public let patches: PatchGrid
  private let parameters: FringeGateParameters
  private let cells: FringeCells
  /// |∇φ| of each window, radians a pixel; 0 where decorrelated. One window fewer than cells each way.
  private let gradients: PixelBuffer<Float>

  /// Allocates the scratch memory for rasters of the size of the patch grid. The parameters must be valid:
  /// ``FringeGateParameters/problem`` is `nil`.
  public init(patches: PatchGrid, parameters: FringeGateParameters) {
    precondition(parameters.problem == nil, "settings are checked where they are read")
    self.patches = patches
    self.parameters = parameters
    cells = FringeCells(grid: patches.grid)
    gradients = PixelBuffer(count: max(0, cells.rows - 1) * max(0, cells.columns - 1), repeating: 0)
  }

  /// - Parameters:
  ///   - phasors: The phase.
  ///   - coherence: 0…1, NaN where unknown; `nil` where there is none at all.
  ///   - kept: For each patch whether it goes to the network.
  /// - Returns: The number of patches kept.
  @discardableResult
  public func evaluate(
    _ phasors: Phasors, coherence: UnsafeBufferPointer<Float>?, kept: UnsafeMutableBufferPointer<Bool>
  ) -> Int {
    precondition(kept.count == patches.count, "each patch is kept or not")
    precondition(coherence.map { $0.count == patches.grid.count } ?? true, "the coherence fills the grid")
    measure(phasors, coherence)
    var count = 0
    for patch in 0..<patches.count {
      kept[patch] = edgeFraction(of: patch) >= parameters.minimumEdgeShare && hasFringes(patch)
      count += kept[patch] ? 1 : 0
    }
    return count
  }

  /// The fraction of a patch's pixels on a wrap edge, mean over all constants, of the phase last evaluated.
  public func edgeFraction(of patch: Int) -> Double {
    var (sum, count) = (0.0, 0)
    forEachLine(of: patch) { line in
      for value in line { sum += Double(value) }
      count += line.count
    }
    return count == 0 ? 0 : sum / (2 * .pi * Double(count))
  }

  /// Whether anything in the patch changes at all: a setting of 0 lets no plain patch pass.
  private func hasFringes(_ patch: Int) -> Bool {
    var found = false
    forEachLine(of: patch) { line in found = found || line.contains { $0 > Self.flat } }
    return found
  }

  /// Radians a pixel that rounding makes of a plain phase, and less than any fringe.
  private static let flat: Float = 1e-5

  /// The windows whose middle lies in the patch, row by row.
  private func forEachLine(of patch: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    let origin = patches.origin(of: patch)
    let rows = windows(from: origin.row, count: cells.rows - 1)
    let columns = windows(from: origin.column, count: cells.columns - 1)
    guard !columns.isEmpty else { return }
    for row in rows {
      body(
        UnsafeBufferPointer(
          start: gradients.pointer + row * (cells.columns - 1) + columns.lowerBound, count: columns.count))
    }
  }

  /// The windows along one axis whose middle, a corner of cells, lies in the patch that starts at a pixel.
  private func windows(from start: Int, count: Int) -> Range<Int> {
    let side = FringeCells.side
    let first = max(0, (start + side - 1) / side - 1)
    let end = min(count, (start + patches.size + side - 1) / side - 1)
    return first..<max(first, end)
  }

  private func measure(_ phasors: Phasors, _ coherence: UnsafeBufferPointer<Float>?) {
    cells.sum(phasors, coherence)
    guard cells.columns > 1 else { return }
    let limit = parameters.phaseCoherenceThreshold * parameters.phaseCoherenceThreshold
    for row in 0..<max(0, cells.rows - 1) {
      cells.gradients(
        row: row, limit: limit, coherence: parameters.coherenceThreshold,
        into: gradients.pointer + row * (cells.columns - 1))
    }
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
    gray: [UInt8], valid: [Bool], size: Int, parameters: FringeGateParameters = FringeGateParameters()
  ) -> Bool {
    let grid = Grid(height: size, width: size)
    guard gray.count == grid.count, valid.count == grid.count,
      let patches = PatchGrid(grid: grid, size: size, stride: size)
    else { return false }
    let phase = zip(gray, valid).map { $1 ? Float($0) / GrayScale.scale - GrayScale.pi : .nan }
    let phasors = Phasors(grid: grid)
    phase.withUnsafeBufferPointer { phasors.take($0) }
    let gate = FringeGate(patches: patches, parameters: parameters)
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: 1) { kept in
      gate.evaluate(phasors, coherence: nil, kept: kept) == 1
    }
  }
}
