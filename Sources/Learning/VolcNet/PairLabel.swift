import Interferometry

/// Label of an interferogram between two dates according to VolcNet's episodes.
public struct PairLabel: Hashable, Sendable {
  /// Displacements in the line of sight below this magnitude count as quiet, metres.
  public static let leastMetres = 0.05

  /// Displacement in the line of sight between the dates, metres; the sign is reversed if the dates run
  /// backwards.
  public let metres: Double
  /// Types of the contributing sources, each once, persistent episodes first.
  public let sources: [String]
  /// Outlines of the union of the deforming areas.
  public let outlines: [[GroundPoint]]

  /// Whether the displacement reaches ``leastMetres``.
  public var deforms: Bool { abs(metres) >= Self.leastMetres }

  /// Sums the episodes between two dates: the rate of a persistent one times the overlap in years, and the
  /// whole magnitude of a transient one that overlaps.
  ///
  /// - Parameters:
  ///   - pair: The dates; the primary may be the later one.
  ///   - episodes: The episodes of the time series.
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

  /// 1 for pixels inside the outlines, 0 elsewhere; height × width, row-major.
  public func mask(on grid: Grid, _ transform: GeoTransform) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: grid.count)
    let middle = transform.west + Double(grid.width) / 2 * transform.longitudeStep
    for outline in outlines {
      // Shift the outline by whole turns of 360° so that its first corner is nearest to the raster.
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
