import Foundation
import Synthesis

/// A smooth dome, flat-topped or pointed, at times hinged on one side: how caldera floors move, which no single source
/// in an elastic half-space does.
struct CalderaFloor: DeformationSource {
  static let kind = "caldera_floor"

  var heightMetres = 1.0
  let radiusMetres: Double
  /// The long axis over the short one is its square.
  let stretch: Double
  let trendDegrees: Double
  /// How steep the flanks are; above 1 the top is the flatter the more.
  let flankExponent: Double
  /// Where the hinge lies from the middle, radii, and how sharp it is, per radius; `nil` without one.
  let hinge: (place: Double, sharpness: Double)?
  /// Metres towards the sides for each metre of height and unit of slope.
  let sidewaysMetres: Double

  init(from stream: inout RandomStream) {
    radiusMetres = exp(stream.uniform(log(1200)...log(5500)))
    stretch = stream.uniform(1...1.35)
    trendDegrees = stream.uniform(0...360)
    flankExponent = stream.uniform(0.8...1.8)
    hinge =
      stream.uniform() < 0.35 ? (place: stream.uniform(-0.4...0.4), sharpness: stream.uniform(1.5...8)) : nil
    sidewaysMetres = stream.uniform(0...0.5) * radiusMetres
  }

  var parameters: [SourceParameter] {
    [
      SourceParameter("height_m", heightMetres), SourceParameter("radius_m", radiusMetres),
      SourceParameter("stretch", stretch), SourceParameter("trend_deg", trendDegrees),
      SourceParameter("flank_exponent", flankExponent), SourceParameter("hinge", hinge?.place ?? .nan),
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
    return dome / (1 + exp(-(across + hinge.place) * hinge.sharpness))
  }
}
