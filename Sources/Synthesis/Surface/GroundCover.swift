import Foundation
import Interferometry

/// What a raster's pixels are to a radar: without data, sea, or land that keeps its coherence well or badly.
public struct GroundCover: Sendable {
  /// Whether the product has a value here.
  public let hasData: [Bool]
  /// Whether this is sea.
  public let isSea: [Bool]
  /// Coherence 0…1 of a pair without time between its acquisitions.
  public let freshCoherence: [Float]
  /// Coherence 0…1 that is left after a long time; at most the fresh one.
  public let lastingCoherence: [Float]

  /// The coherence of open water.
  public static let seaCoherence: Float = 0.04
  /// The time in which the part of the coherence that does not last falls to 1/e, days.
  public static let decayDays = 60.0

  /// - Parameters:
  ///   - topography: the ground, which says what is sea.
  ///   - pixelMetres: ground distance from a pixel to the next.
  ///   - swathEdge: beyond it nothing was seen; `nil` where the whole raster was.
  ///   - stream: where the random numbers come from.
  public init(
    of topography: Topography, pixelMetres: Double, swathEdge: SwathEdge?, from stream: inout RandomStream
  ) {
    let grid = topography.grid
    let (cover, patches) = RandomField(grid: grid, spectrum: .terrain(exponent: 3.4, outerScalePixels: 150))
      .pair(from: &stream)
    let (masked, _) = RandomField(grid: grid, spectrum: .terrain(exponent: 4, outerScalePixels: 250))
      .pair(from: &stream)
    var hasData = [Bool](repeating: true, count: grid.count)
    var isSea = [Bool](repeating: false, count: grid.count)
    var fresh = [Float](repeating: Self.seaCoherence, count: grid.count)
    var lasting = fresh
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let index = row * grid.width + column
        let dx = (Double(column) - topography.summitColumn) * pixelMetres / 1000
        let dy = (topography.summitRow - Double(row)) * pixelMetres / 1000
        let chance = Float(stream.uniform())
        isSea[index] = topography.heightMetres[index] < 0
        if let swathEdge, swathEdge.isBeyond(eastKilometres: dx, northKilometres: dy) { hasData[index] = false }
        guard !isSea[index] else {
          // Products are masked over open water, with a ragged, speckled border.
          if chance > Self.logistic(5 * masked[index] + 0.5) { hasData[index] = false }
          continue
        }
        // Bare summits keep their coherence, whatever grows below.
        let summit = Float(exp(-(dx * dx + dy * dy) / (5 * 5)))
        let wild = Self.logistic(7 * (patches[index] - 0.95)) * (1 - summit)
        let green = Self.logistic(2.5 * (cover[index] - 0.4)) * (1 - 0.6 * summit)
        fresh[index] = (0.95 - 0.2 * green) * (1 - wild) + 0.1 * wild
        lasting[index] = fresh[index] * (0.9 - 0.5 * green)
      }
    }
    self.hasData = hasData
    self.isSea = isSea
    freshCoherence = fresh
    lastingCoherence = lasting
  }

  private static func logistic(_ value: Float) -> Float { 1 / (1 + exp(-value)) }
}

/// The straight border of what a satellite saw from one track: a line along its heading.
public struct SwathEdge: Hashable, Sendable {
  /// Flight direction, degrees clockwise from north.
  public let headingDegrees: Double
  /// How far to the right of the volcano, seen in flight direction, the edge runs; negative to its left.
  public let distanceKilometres: Double

  public init(headingDegrees: Double, distanceKilometres: Double) {
    self.headingDegrees = headingDegrees
    self.distanceKilometres = distanceKilometres
  }

  func isBeyond(eastKilometres: Double, northKilometres: Double) -> Bool {
    let heading = headingDegrees * .pi / 180
    let right = eastKilometres * cos(heading) - northKilometres * sin(heading)
    return distanceKilometres > 0 ? right > distanceKilometres : right < distanceKilometres
  }
}
