import Foundation
import Interferometry

/// Faults of one acquisition; they appear in every interferogram that uses it.
struct AcquisitionFaults: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    /// Orbit error: a plane across the raster.
    case orbitalRamp = "ramp"
    /// A part of the raster that was not acquired.
    case missingSwath = "swath"
    /// Misaligned bursts: a sawtooth along the track.
    case debursting
    /// Misaligned sub-swaths: a step along the track.
    case subSwath = "subswath"
  }

  /// Length of a burst along the track, kilometres.
  static let burstKilometres = 18.5

  let kinds: [Kind]
  private let ramp: (east: Double, north: Double)
  private let missing: SwathEdge?
  private let headingDegrees: Double
  private let burst: (radians: Double, shift: Double)
  private let step: (radians: Double, kilometres: Double)

  /// - Parameters:
  ///   - fraction: Probability of faults, 0…1.
  ///   - headingDegrees: Flight direction, degrees clockwise from north.
  ///   - widthKilometres: Width of the raster.
  ///   - stream: Source of random numbers.
  init(fraction: Double, headingDegrees: Double, widthKilometres: Double, from stream: inout RandomStream) {
    let isFaulty = stream.uniform() < fraction
    let first = Kind.allCases[Int(stream.uniform(0...3.999))]
    let second = Kind.allCases[Int(stream.uniform(0...3.999))]
    let hasTwo = stream.uniform() < 0.2 && second != first
    kinds = isFaulty ? (hasTwo ? [first, second].sorted { $0.rawValue < $1.rawValue } : [first]) : []
    self.headingDegrees = headingDegrees
    let bearing = stream.uniform(0...(2 * .pi))
    let slope = stream.uniform(1...3) * 2 * .pi / widthKilometres
    ramp = (slope * sin(bearing), slope * cos(bearing))
    let side: Double = stream.uniform() < 0.5 ? -1 : 1
    missing = SwathEdge(
      headingDegrees: headingDegrees, distanceKilometres: side * stream.uniform(0.1...0.4) * widthKilometres)
    burst = (side * stream.uniform(1...3), stream.uniform())
    step = (side * stream.uniform(0.8...2.5), stream.uniform(-0.35...0.35) * widthKilometres)
  }

  /// Contribution to the phase at a point relative to the raster's centre, radians.
  func phase(eastKilometres: Double, northKilometres: Double) -> Double {
    let heading = headingDegrees * .pi / 180
    let along = eastKilometres * sin(heading) + northKilometres * cos(heading)
    let right = eastKilometres * cos(heading) - northKilometres * sin(heading)
    var sum = 0.0
    for kind in kinds {
      switch kind {
      case .orbitalRamp: sum += ramp.east * eastKilometres + ramp.north * northKilometres
      case .missingSwath: break
      case .debursting:
        let bursts = along / Self.burstKilometres + burst.shift
        sum += burst.radians * (bursts - bursts.rounded(.down) - 0.5)
      case .subSwath: sum += right > step.kilometres ? step.radians : 0
      }
    }
    return sum
  }

  /// Whether a point relative to the raster's centre was not acquired.
  func isMissing(eastKilometres: Double, northKilometres: Double) -> Bool {
    kinds.contains(.missingSwath)
      && missing?.isBeyond(eastKilometres: eastKilometres, northKilometres: northKilometres) == true
  }
}
