import Foundation
import Synthesis

/// Phase of a synthetic source over a patch, scaled so that it is visible on the patch's ground.
struct DrawnDeformation {
  /// Cycles, known on every ``CoherentGround/step``-th pixel and beyond the edges.
  private let cycles: SmoothField
  /// Kind of the source, as in labels.
  let kind: String

  /// Pixel spacing, metres.
  private static let pixelMetres = 105.0
  private static let attempts = 6
  private static let fringes = 0.8...8.0
  private static let calderaFraction = 0.3
  /// Largest phase gradient, cycles per pixel: above it fringes cannot be resolved.
  private static let steepest: Float = 0.22
  /// Smallest ratio of the deformation's gradient to that of the ground.
  private static let leastContrast: Float = 1.7
  private static let leastFringes: Float = 0.75

  /// Draws a source for a patch of `side` × `side` pixels; `nil` if no draw would be visible on this ground.
  init?(on ground: CoherentGround, side: Int, from stream: inout RandomStream) {
    let cells = SmoothField.cells(ofSide: side, step: CoherentGround.step)
    for _ in 0..<Self.attempts {
      let source = Self.source(from: &stream)
      var field = Self.field(source, cells: cells, side: side, from: &stream)
      if stream.uniform() < 0.25 {
        // A second source gives hinged floors and asymmetric lobes.
        let other = Self.field(Self.source(from: &stream), cells: cells, side: side, from: &stream)
        let factor = Float(stream.uniform(-1...1))
        for cell in field.indices { field[cell] += factor * other[cell] }
      }
      let fringes = Float(exp(stream.uniform(log(Self.fringes.lowerBound)...log(Self.fringes.upperBound))))
      let sign: Float = stream.uniform() < 0.5 ? -1 : 1
      guard let scale = Self.scale(of: field, cells: cells, on: ground, fringes: fringes) else { continue }
      cycles = SmoothField(field.map { sign * scale * $0 }, cells: cells, step: CoherentGround.step)
      kind = type(of: source).kind
      return
    }
    return nil
  }

  /// The phase at a pixel, cycles.
  @inline(__always)
  func cycles(row: Int, column: Int) -> Float { cycles.value(row: row, column: column) }

  /// The box around the pixels with data whose phase is at least a quarter of the maximum.
  func box(hasData: [Bool], side: Int) -> PatchBox? {
    let peak = cycles.values.reduce(0) { max($0, abs($1)) }
    var mask = [UInt8](repeating: 0, count: side * side)
    for row in 0..<side {
      for column in 0..<side where hasData[row * side + column] {
        if abs(cycles(row: row, column: column)) >= peak / 4 { mask[row * side + column] = 1 }
      }
    }
    return PatchBox(around: mask, side: side)
  }

  private static func source(from stream: inout RandomStream) -> any DeformationSource {
    if stream.uniform() < calderaFraction { return CalderaFloor(from: &stream) }
    let families = SourceFamily.allCases
    return families[Int.random(in: 0..<families.count, using: &stream)].invent(from: &stream)
  }

  private static func field(
    _ source: any DeformationSource, cells: Int, side: Int, from stream: inout RandomStream
  ) -> [Float] {
    let heading = (stream.uniform() < 0.5 ? -12 : -168) + 3 * stream.normal()
    let sight = LineOfSight(incidenceDegrees: stream.uniform(30...46), headingDegrees: heading)
    let side = Double(side)
    // Some sources lie at the edge, half outside, as in the patches of a sweep.
    let range = stream.uniform() < 0.35 ? -15...(side + 15) : min(25, side / 4)...max(side - 25, side * 3 / 4)
    let (centreRow, centreColumn) = (stream.uniform(range), stream.uniform(range))
    // Sources are about as wide as deep, and many caldera sources are shallow; so the scale varies.
    let metres = pixelMetres / exp(-0.25 + 0.45 * stream.normal())
    return (0..<(cells * cells)).map { cell in
      let row = Double((cell / cells - SmoothField.margin) * CoherentGround.step)
      let column = Double((cell % cells - SmoothField.margin) * CoherentGround.step)
      return Float(
        sight.rangeChange(
          of: source.displacement(
            eastMetres: (column - centreColumn) * metres, northMetres: (centreRow - row) * metres)))
    }
  }

  /// The factor that gives a field this many fringes where it is visible, limited by ``steepest``; `nil` if
  /// the result would not be visible.
  private static func scale(of field: [Float], cells: Int, on ground: CoherentGround, fringes: Float) -> Float? {
    let side = ground.side
    var steep = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      for column in 0..<side {
        let index = SmoothField.index(row: row, column: column, cells: cells)
        let (right, down) = (field[index + 1] - field[index], field[index + cells] - field[index])
        steep[row * side + column] = (right * right + down * down).squareRoot() / Float(CoherentGround.step)
      }
    }
    guard let top = steep.percentile(0.995), top > 0 else { return nil }
    let footprint = steep.indices.filter { steep[$0] > 0.35 * top }
    let visible = footprint.filter { ground.isSeen[$0] }
    guard visible.count >= max(60, footprint.count / 2) else { return nil }
    let seen = steep.indices.filter { ground.isSeen[$0] }
    let level = Plane(through: field, at: seen, side: side, cells: cells)
    var (least, most): (Float, Float) = (.infinity, -.infinity)
    for cell in seen {
      let value =
        field[SmoothField.index(row: cell / side, column: cell % side, cells: cells)]
        - level.value(row: cell / side, column: cell % side)
      (least, most) = (min(least, value), max(most, value))
    }
    let slopes = visible.map { steep[$0] }
    guard most > least, let limit = slopes.percentile(0.85), let typical = slopes.percentile(0.5), limit > 0 else {
      return nil
    }
    let scale = min(fringes / (most - least), steepest / limit)
    guard scale * (most - least) >= leastFringes, scale * typical >= leastContrast * ground.steepness else {
      return nil
    }
    return scale
  }
}

/// The best-fitting plane. Deformation is measured as the residual, because a ramp is not visible as
/// deformation.
private struct Plane {
  private var mean = 0.0
  private var (rowMean, columnMean) = (0.0, 0.0)
  private var (downwards, rightwards) = (0.0, 0.0)

  init(through field: [Float], at pixels: [Int], side: Int, cells: Int) {
    let count = Double(max(1, pixels.count))
    for pixel in pixels {
      mean += Double(field[SmoothField.index(row: pixel / side, column: pixel % side, cells: cells)]) / count
      rowMean += Double(pixel / side) / count
      columnMean += Double(pixel % side) / count
    }
    var (rr, rc, cc, rv, cv) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for pixel in pixels {
      let (row, column) = (Double(pixel / side) - rowMean, Double(pixel % side) - columnMean)
      let value = Double(field[SmoothField.index(row: pixel / side, column: pixel % side, cells: cells)]) - mean
      rr += row * row
      rc += row * column
      cc += column * column
      rv += row * value
      cv += column * value
    }
    let determinant = rr * cc - rc * rc
    guard determinant > 1e-9 * max(rr * cc, 1e-30) else { return }
    downwards = (rv * cc - cv * rc) / determinant
    rightwards = (cv * rr - rv * rc) / determinant
  }

  func value(row: Int, column: Int) -> Float {
    Float(mean + downwards * (Double(row) - rowMean) + rightwards * (Double(column) - columnMean))
  }
}
