import Foundation
import Synthesis

/// A smooth dome, flat-topped or pointed, sometimes hinged on one side: caldera floors move this way, and no
/// single source in an elastic half-space reproduces it.
struct CalderaFloor: DeformationSource {
  static let kind = "caldera_floor"

  var heightMetres = 1.0
  let radiusMetres: Double
  /// Square root of the ratio of the long to the short axis.
  let stretch: Double
  let trendDegrees: Double
  /// Steepness of the flanks; the larger above 1, the flatter the top.
  let flankExponent: Double
  /// Position of the hinge from the centre, in radii, and its sharpness, per radius; `nil` without a hinge.
  let hinge: (position: Double, sharpness: Double)?
  /// Horizontal displacement per unit of surface slope, metres.
  let sidewaysMetres: Double

  init(from stream: inout RandomStream) {
    radiusMetres = exp(stream.uniform(log(1200)...log(5500)))
    stretch = stream.uniform(1...1.35)
    trendDegrees = stream.uniform(0...360)
    flankExponent = stream.uniform(0.8...1.8)
    hinge =
      stream.uniform() < 0.35 ? (position: stream.uniform(-0.4...0.4), sharpness: stream.uniform(1.5...8)) : nil
    sidewaysMetres = stream.uniform(0...0.5) * radiusMetres
  }

  var parameters: [SourceParameter] {
    [
      SourceParameter("height_m", heightMetres), SourceParameter("radius_m", radiusMetres),
      SourceParameter("stretch", stretch), SourceParameter("trend_deg", trendDegrees),
      SourceParameter("flank_exponent", flankExponent), SourceParameter("hinge", hinge?.position ?? .nan),
      SourceParameter("hinge_sharpness", hinge?.sharpness ?? .nan), SourceParameter("sideways_m", sidewaysMetres),
    ]
  }

  func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement {
    let step = radiusMetres / 100
    let up = height(eastMetres, northMetres)
    let east = (height(eastMetres + step, northMetres) - up) / step
    let north = (height(eastMetres, northMetres + step) - up) / step
    return SurfaceDisplacement(
      east: -sidewaysMetres * east, north: -sidewaysMetres * north, up: up)
  }

  func scaled(by factor: Double) -> CalderaFloor {
    var scaled = self
    scaled.heightMetres *= factor
    return scaled
  }

  private func height(_ east: Double, _ north: Double) -> Double {
    let trend = trendDegrees * .pi / 180
    let along = (east * sin(trend) + north * cos(trend)) / radiusMetres
    let across = (east * cos(trend) - north * sin(trend)) / radiusMetres
    let distance = along * along / (stretch * stretch) + across * across * stretch * stretch
    let dome = heightMetres * exp(-pow(distance, flankExponent))
    guard let hinge else { return dome }
    return dome / (1 + exp(-(across + hinge.position) * hinge.sharpness))
  }
}
