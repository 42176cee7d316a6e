/// Interpolates a field known on a coarse grid: bicubic (Catmull and Rom 1974), with a continuous gradient.
/// Linear interpolation would add a texture that no real deformation has.
struct SmoothField: Sendable {
  /// cells × cells, row-major. Grid point (row, column) lies at pixel ((row − ``margin``) · step, (column −
  /// ``margin``) · step).
  let values: [Float]
  /// Grid points across and down.
  let cells: Int
  private let step: Int
  /// For each pixel between two grid points, the weights of its four neighbours along one axis.
  private let weights: [(Float, Float, Float, Float)]

  /// Grid points before the first pixel.
  static let margin = 1

  /// Grid points along each axis for a patch of this many pixels, including those beyond its edges.
  static func cells(ofSide side: Int, step: Int) -> Int { (side - 1) / step + 3 + margin }

  /// Index of the grid point this many steps from the first pixel.
  static func index(row: Int, column: Int, cells: Int) -> Int { (row + margin) * cells + column + margin }

  /// - Parameters:
  ///   - values: cells × cells, row-major.
  ///   - cells: See ``cells(ofSide:step:)``.
  ///   - step: Pixels between grid points.
  init(_ values: [Float], cells: Int, step: Int) {
    precondition(values.count == cells * cells && step > 0, "a square field has a value at each of its places")
    (self.values, self.cells, self.step) = (values, cells, step)
    weights = (0..<step).map { pixel in
      let t = Float(pixel) / Float(step)
      let (t2, t3) = (t * t, t * t * t)
      return (
        (-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2
      )
    }
  }

  /// The value at a pixel of the patch.
  @inline(__always)
  func value(row: Int, column: Int) -> Float {
    let (down, right) = (weights[row % step], weights[column % step])
    let first = (row / step + Self.margin - 1) * cells + column / step + Self.margin - 1
    func along(_ start: Int) -> Float {
      right.0 * values[start] + right.1 * values[start + 1] + right.2 * values[start + 2] + right.3
        * values[start + 3]
    }
    return down.0 * along(first) + down.1 * along(first + cells) + down.2 * along(first + 2 * cells)
      + down.3 * along(first + 3 * cells)
  }
}
