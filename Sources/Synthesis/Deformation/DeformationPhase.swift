import Interferometry

extension DeformationSource {
  /// What an interferogram sees of the source's displacement: the unwrapped phase over a raster, radians,
  /// height × width, row-major. The epicentre is the plane whose origin is the point above the source.
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
