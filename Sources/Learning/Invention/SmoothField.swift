/// A field between the places where it is known, every so many pixels: cubic along both sides (Catmull and Rom 1974), with a
/// slope that does not jump. Straight pieces would be a texture that deformation has in no real interferogram.
struct SmoothField: Sendable {
  /// At place (row, column) of the grid lies pixel ((row − ``margin``) · step, (column − ``margin``) · step).
  let values: [Float]
  /// Places across and down.
  let cells: Int
  private let step: Int
  /// For each pixel between two places, what its four neighbours along a side count.
  private let weights: [(Float, Float, Float, Float)]

  /// Places known before the first pixel.
  static let margin = 1

  /// Places that pixels across a patch need, with those beyond its edges.
  static func cells(ofSide side: Int, step: Int) -> Int { (side - 1) / step + 3 + margin }

  /// The number of the place that lies so many steps from the first pixel.
  static func place(row: Int, column: Int, cells: Int) -> Int { (row + margin) * cells + column + margin }

  /// - Parameters:
  ///   - values: cells × cells, row-major.
  ///   - cells: As ``cells(ofSide:step:)`` says.
  ///   - step: Pixels from one place to the next.
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
    func along(_ place: Int) -> Float {
      right.0 * values[place] + right.1 * values[place + 1] + right.2 * values[place + 2] + right.3
        * values[place + 3]
    }
    return down.0 * along(first) + down.1 * along(first + cells) + down.2 * along(first + 2 * cells)
      + down.3 * along(first + 3 * cells)
  }
}
