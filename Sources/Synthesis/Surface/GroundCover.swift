import Foundation
import Interferometry

/// Radar properties of the ground: no data, sea, or land with high or low coherence. All lists are height ×
/// width, row-major.
public struct GroundCover: Sendable {
  /// Whether the product has data at each pixel.
  public let hasData: [Bool]
  /// Whether each pixel is sea.
  public let isSea: [Bool]
  /// Coherence, 0…1, of a pair without time between its acquisitions.
  public let freshCoherence: [Float]
  /// Coherence, 0…1, after a long time; at most the fresh coherence.
  public let lastingCoherence: [Float]

  /// Coherence of open water.
  public static let seaCoherence: Float = 0.04
  /// Time constant of the decay from fresh to lasting coherence, days.
  public static let decayDays = 60.0

  /// - Parameters:
  ///   - topography: The ground, which determines the sea.
  ///   - pixelMetres: Pixel spacing on the ground.
  ///   - swathEdge: Edge of the acquired swath; `nil` if the whole raster is inside.
  ///   - stream: Source of random numbers.
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
        // Bare summits keep their coherence, independent of the vegetation below.
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

/// Straight edge of the area acquired from one track, parallel to the flight direction.
public struct SwathEdge: Hashable, Sendable {
  /// Flight direction, degrees clockwise from north.
  public let headingDegrees: Double
  /// Distance of the edge from the volcano, kilometres to the right in flight direction; negative to the
  /// left.
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
