import Foundation
import Interferometry

/// An affine map of the pixel plane: a point (x to the right, y down) maps to matrix · point + shift.
struct PlanarMap: Hashable, Sendable {
  var xx = 1.0
  var xy = 0.0
  var yx = 0.0
  var yy = 1.0
  var shiftX = 0.0
  var shiftY = 0.0

  static let identity = PlanarMap()

  /// Flips, then scales, then rotates about a centre, then shifts.
  init(
    flipsHorizontally: Bool, flipsVertically: Bool, scaleX: Double, scaleY: Double, degrees: Double,
    centre: Double, shiftX: Double, shiftY: Double
  ) {
    let a = scaleX * (flipsHorizontally ? -1 : 1)
    let d = scaleY * (flipsVertically ? -1 : 1)
    let (cosine, sine) = Self.cosineAndSine(degrees: degrees)
    (xx, xy, yx, yy) = (cosine * a, -sine * d, sine * a, cosine * d)
    self.shiftX = centre - xx * centre - xy * centre + shiftX
    self.shiftY = centre - yx * centre - yy * centre + shiftY
  }

  init() {}

  func apply(x: Double, y: Double) -> (x: Double, y: Double) {
    (xx * x + xy * y + shiftX, yx * x + yy * y + shiftY)
  }

  /// The inverse map; scale factors must not be 0.
  var inverse: PlanarMap {
    let determinant = xx * yy - xy * yx
    precondition(determinant != 0, "a map that can be undone squeezes nothing flat")
    var back = PlanarMap()
    (back.xx, back.xy) = (yy / determinant, -xy / determinant)
    (back.yx, back.yy) = (-yx / determinant, xx / determinant)
    back.shiftX = -(back.xx * shiftX + back.xy * shiftY)
    back.shiftY = -(back.yx * shiftX + back.yy * shiftY)
    return back
  }

  // Exact for multiples of 90°, so that such rotations move pixels without interpolation.
  private static func cosineAndSine(degrees: Double) -> (Double, Double) {
    let quarters = degrees / 90
    guard quarters == quarters.rounded() else { return (cos(degrees * .pi / 180), sin(degrees * .pi / 180)) }
    switch (Int(quarters) % 4 + 4) % 4 {
    case 0: return (1, 0)
    case 1: return (0, 1)
    case 2: return (-1, 0)
    default: return (0, -1)
    }
  }
}

extension PatchBox {
  /// The smallest upright box around the mapped corners of this box.
  func mapped(by map: PlanarMap) -> PatchBox {
    var (left, right, top, bottom) = (Double.infinity, -Double.infinity, Double.infinity, -Double.infinity)
    for (across, down) in [(-1.0, -1.0), (-1, 1), (1, -1), (1, 1)] {
      let corner = map.apply(
        x: Double(centreColumn) + across * Double(halfWidth), y: Double(centreRow) + down * Double(halfHeight))
      (left, right) = (min(left, corner.x), max(right, corner.x))
      (top, bottom) = (min(top, corner.y), max(bottom, corner.y))
    }
    return PatchBox(
      centreRow: Float(top + bottom) / 2, centreColumn: Float(left + right) / 2,
      halfHeight: Float(bottom - top) / 2,
      halfWidth: Float(right - left) / 2)
  }

  /// The part inside a patch, and its fraction of the box's area; `nil` if nothing is inside.
  func clipped(toSide side: Int) -> (box: PatchBox, fraction: Float)? {
    clipped(to: Grid(height: side, width: side))
  }
}
