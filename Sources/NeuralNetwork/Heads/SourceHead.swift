/// The output that tells where in a patch a source deforms, by subcells: each of cells × cells places has parts ×
/// parts numbers for the area, then as many for its centre, along the channels.
struct SourceHead: Equatable, Sendable {
  /// The output's name.
  static let name = "where"
  /// Most parts of a cell along one side.
  static let mostParts = 16

  /// Places along a side of the output.
  let cells: Int
  /// Subcells of a place along a side.
  let parts: Int
  /// Subcells along a side of the patch.
  var side: Int { cells * parts }

  /// - Parameters:
  ///   - shape: the output's shape.
  ///   - inputSide: height and width of a patch, pixels.
  /// - Throws: ``ModelError/Problem`` if the numbers are not those of subcells that divide the patch.
  init(_ shape: PatchShape, inputSide: Int) throws {
    guard case .image(let channels, let height, let width) = shape, height == width,
      let parts = (1...Self.mostParts).first(where: { 2 * $0 * $0 == channels })
    else {
      throw ModelError.Problem.unusableOutput(
        name: Self.name,
        reason: "is \(shape) a patch, expected 2k² × r × r with k from 1 to \(Self.mostParts): the area and the "
          + "centre of the source in k × k parts of each of r × r cells")
    }
    guard inputSide % (height * parts) == 0 else {
      throw ModelError.Problem.unusableOutput(
        name: Self.name,
        reason: "has \(height * parts) × \(height * parts) parts, which do not divide a patch of \(inputSide) × "
          + "\(inputSide) pixels")
    }
    (cells, self.parts) = (height, parts)
  }

  /// Puts a patch's numbers, in ONNX's order, into the order of the subcells' rows and columns.
  ///
  /// Numbers beyond 0…1 by rounding become 0 or 1, and NaN becomes 0.
  ///
  /// - Parameters:
  ///   - numbers: as many as the output has for a patch.
  ///   - area: receives ``side`` × ``side`` numbers, row-major.
  ///   - centre: receives as many.
  func arrange(
    _ numbers: UnsafePointer<Float>, area: UnsafeMutablePointer<Float>, centre: UnsafeMutablePointer<Float>
  ) {
    let pixels = cells * cells
    for part in 0..<(parts * parts) {
      let (subrow, subcolumn) = (part / parts, part % parts)
      let (ofArea, ofCentre) = (numbers + part * pixels, numbers + (parts * parts + part) * pixels)
      for row in 0..<cells {
        let line = (row * parts + subrow) * side + subcolumn
        for column in 0..<cells {
          area[line + column * parts] = Self.clipped(ofArea[row * cells + column])
          centre[line + column * parts] = Self.clipped(ofCentre[row * cells + column])
        }
      }
    }
  }

  private static func clipped(_ value: Float) -> Float { value > 0 ? min(value, 1) : 0 }
}
