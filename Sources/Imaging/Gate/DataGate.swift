import Interferometry

/// The gate of the `biggs2022` profile. A patch passes if more than a quarter of it has data, after closing
/// gaps with a disk, and more than half of its pixels have a gray other than 0. Pixels without data have gray
/// 127.5, so only phases of −π (or below) have gray 0.
///
/// A phase of exactly 0 counts as no data here, as in LiCSAR's products.
///
/// Owns its scratch memory: use one value per thread.
public final class DataGate {
  /// The patches of the raster.
  public let patches: PatchGrid
  private let parameters: DataGateParameters
  private let closing: DiskClosing
  private let mask: PixelBuffer<UInt8>
  private let closed: PixelBuffer<UInt8>

  /// Prepares the gate; `parameters` must be valid.
  public init(patches: PatchGrid, parameters: DataGateParameters) {
    precondition(parameters.problem == nil, "settings are checked where they are read")
    self.patches = patches
    self.parameters = parameters
    closing = DiskClosing(grid: patches.grid, radius: parameters.closingRadius)
    mask = PixelBuffer(count: patches.grid.count, repeating: 0)
    closed = PixelBuffer(count: patches.grid.count, repeating: 0)
  }

  /// Evaluates the gate for one interferogram.
  ///
  /// - Parameters:
  ///   - phase: Radians, row-major; NaN and 0 are no data.
  ///   - kept: Receives for each patch whether it passes.
  ///   - fractions: Receives for each patch the fraction of its pixels whose gray is not 0, which
  ///     ``MergeRule/reference`` needs.
  /// - Returns: the number of patches that pass.
  @discardableResult
  public func evaluate(
    phase: UnsafeBufferPointer<Float>, kept: UnsafeMutableBufferPointer<Bool>,
    fractions: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(phase.count == patches.grid.count, "the phase fills the grid")
    precondition(kept.count == patches.count && fractions.count == patches.count, "each patch has its entry")
    guard let source = phase.baseAddress else { return 0 }
    let area = Double(patches.patchArea)
    // The memory is used for two masks in turn: pixels with data, then pixels whose gray is not 0.
    for index in 0..<phase.count {
      let value = source[index]
      mask.pointer[index] = value == value && value != 0 ? 1 : 0
    }
    closing.apply(mask.elements, into: UnsafeMutableBufferPointer(start: closed.pointer, count: closed.count))
    for index in 0..<phase.count { mask.pointer[index] = source[index] <= -GrayScale.pi ? 0 : 1 }
    var keptCount = 0
    for patch in 0..<patches.count {
      let dataFraction = Double(patches.sum(of: closed.elements, over: patch)) / area
      let nonZeroFraction = Double(patches.sum(of: mask.elements, over: patch)) / area
      fractions[patch] = Float(nonZeroFraction)
      kept[patch] = dataFraction > parameters.minimumDataShare && nonZeroFraction > parameters.minimumNonZeroShare
      keptCount += kept[patch] ? 1 : 0
    }
    return keptCount
  }
}
