/// Wrapped phase and coherence of one interferogram, with position and identity.
public struct Interferogram: Sendable {
  /// Volcano, frame and dates.
  public let id: InterferogramID
  /// Size of the rasters.
  public let grid: Grid
  /// Position and spacing of the pixels.
  public let geoTransform: GeoTransform
  /// Wrapped phase, radians in [−π, π], height × width, row-major; NaN for no data.
  public var phase: [Float]
  /// Coherence, 0…1, height × width, row-major; NaN where unknown. `nil` if the archive has no coherence.
  public var coherence: [Float]?

  /// `phase` and `coherence` must have `grid.count` elements.
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
