import Interferometry

/// What VolcNet's episodes make of an interferogram between two dates.
public struct PairLabel: Hashable, Sendable {
  /// Below this movement in the line of sight, metres, an interferogram counts as quiet.
  public static let leastMetres = 0.05

  /// Movement in the line of sight between the dates; with the sign turned where the dates run backwards.
  public let metres: Double
  /// What moved it, each once, persistent episodes first.
  public let sources: [String]
  /// The outlines of the union of the areas that moved.
  public let outlines: [[GroundPoint]]

  /// Whether it deforms at all.
  public var deforms: Bool { abs(metres) >= Self.leastMetres }

  /// - Parameters:
  ///   - pair: The dates; the primary may be the later one.
  ///   - episodes: Those of the time series.
  public init(of pair: DatePair, in episodes: [DeformationEpisode]) {
    let (first, last) = pair.inTime
    var metres = 0.0
    var sources: [String] = []
    var polygons: [[GroundPoint]] = []
    func isPersistent(_ episode: DeformationEpisode) -> Bool {
      if case .persistent = episode.motion { true } else { false }
    }
    for episode in episodes.filter(isPersistent) + episodes.filter({ !isPersistent($0) }) {
      let days = episode.overlapDays(from: first, to: last)
      guard days > 0 else { continue }
      metres += episode.metres(overlapDays: days)
      if !sources.contains(episode.source) { sources.append(episode.source) }
      polygons.append(episode.polygon)
    }
    self.metres = pair.isBackward ? -metres : metres
    self.sources = sources
    outlines = PolygonUnion.outlines(of: polygons)
  }

  /// 1 for pixels inside the outlines and 0 elsewhere, row-major.
  public func mask(on grid: Grid, _ transform: GeoTransform) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: grid.count)
    let middle = transform.west + Double(grid.width) / 2 * transform.longitudeStep
    for outline in outlines {
      // The whole outline on the turn of the globe on which its first corner is nearest to the raster.
      let turn = outline.first.map {
        Longitude.unwrapped($0.longitudeDegrees, near: middle) - $0.longitudeDegrees
      }
      let corners = outline.flatMap { point in
        [
          Double(transform.column(atLongitude: point.longitudeDegrees + (turn ?? 0))),
          Double(transform.row(atLatitude: point.latitudeDegrees)),
        ]
      }
      PolygonMask.fill(corners, with: 1, into: &mask, grid: grid)
    }
    return mask
  }
}
