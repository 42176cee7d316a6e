/// One wrapped-phase raster with what is needed to judge it.
public struct Interferogram: Sendable {
  public let id: InterferogramID
  public let grid: Grid
  public let geoTransform: GeoTransform
  /// Wrapped phase, radians in [−π, π], row-major; NaN where there is no data.
  public var phase: [Float]
  /// Coherence 0…1, row-major; NaN where there is none. `nil` when the archive has no coherence.
  public var coherence: [Float]?

  public init(
    id: InterferogramID, grid: Grid, geoTransform: GeoTransform, phase: [Float], coherence: [Float]?
  ) {
    precondition(phase.count == grid.count, "the phase fills its grid")
    precondition(coherence.map { $0.count == grid.count } ?? true, "the coherence fills its grid")
    self.id = id
    self.grid = grid
    self.geoTransform = geoTransform
    self.phase = phase
    self.coherence = coherence
  }
}
