import Interferometry

/// The patches of an interferogram at all scales of a method profile, numbered from the finest scale on.
public struct PatchLayout: Hashable, Sendable {
  /// Size of the interferogram.
  public let grid: Grid
  /// From the finest to the coarsest.
  public let scales: [PatchScale]

  /// Number of patches of all scales.
  public var count: Int { (scales.last?.firstPatch ?? 0) + (scales.last?.patches.count ?? 0) }

  /// The patches of the interferogram as it is, without a margin.
  public init(_ patches: PatchGrid) {
    grid = patches.grid
    scales = [PatchScale(plain: patches)]
  }

  /// Patches on canvases at several scales; `nil` where no scale is left.
  ///
  /// Scales at which the averaged interferogram is less than an eighth of a patch across are left out: nothing
  /// is left to see there.
  ///
  /// - Parameters:
  ///   - grid: Size of the interferogram.
  ///   - factors: Pixels along each side that become one, in increasing order.
  ///   - size: Pixels across a patch.
  ///   - stride: Most pixels from one patch to the next.
  public init?(of grid: Grid, factors: [Int], size: Int, stride: Int) {
    var scales: [PatchScale] = []
    for factor in factors where min(grid.height, grid.width) / factor >= Self.leastSide(ofPatch: size) {
      let first = (scales.last?.firstPatch ?? 0) + (scales.last?.patches.count ?? 0)
      guard let scale = PatchScale(of: grid, factor: factor, size: size, stride: stride, firstPatch: first) else {
        return nil
      }
      scales.append(scale)
    }
    guard !scales.isEmpty else { return nil }
    self.grid = grid
    self.scales = scales
  }

  /// Pixels across the smallest raster that is scored on a canvas.
  public static func leastSide(ofPatch size: Int) -> Int { size / 8 }

  /// The scale of a patch, and its number there.
  public func scale(ofPatch patch: Int) -> (scale: PatchScale, patch: Int) {
    precondition((0..<count).contains(patch), "patches are numbered from 0 up to their count")
    let scale = scales.last { $0.firstPatch <= patch } ?? scales[0]
    return (scale, patch - scale.firstPatch)
  }
}
