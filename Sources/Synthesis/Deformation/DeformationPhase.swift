import Interferometry

extension DeformationSource {
  /// Unwrapped interferometric phase of the source's displacement over a raster, radians, height × width,
  /// row-major. The origin of `epicentre` is the point above the source.
  public func phase(
    over grid: Grid, at geoTransform: GeoTransform, epicentre: LocalPlane, seenAlong lineOfSight: LineOfSight
  ) -> [Float] {
    let easts = (0..<grid.width).map { epicentre.eastMetres(ofLongitude: geoTransform.longitude(ofColumn: $0)) }
    return [Float](unsafeUninitializedCapacity: grid.count) { phase, count in
      for row in 0..<grid.height {
        let north = epicentre.northMetres(ofLatitude: geoTransform.latitude(ofRow: row))
        for column in 0..<grid.width {
          let moved = displacement(eastMetres: easts[column], northMetres: north)
          let radians = LineOfSight.phase(ofRangeChangeMetres: lineOfSight.rangeChange(of: moved))
          phase.initializeElement(at: row * grid.width + column, to: Float(radians))
        }
      }
      count = grid.count
    }
  }
}
