import CGDAL
import Interferometry

/// Union of polygons, computed by GDAL (GEOS).
enum PolygonUnion {
  /// Largest number of corners in total. Hand-drawn polygons have about ten; crossings can grow with the
  /// square of this number and take about a microsecond each.
  static let mostCorners = 1000

  /// Outer rings of the union; each is closed, with its last point equal to its first. If a polygon crosses
  /// itself, or there are more than ``mostCorners`` corners, the polygons are returned unchanged.
  static func outlines(of polygons: [[GroundPoint]]) -> [[GroundPoint]] {
    let closed = unwrapped(polygons).map { polygon in
      polygon.first.map { polygon.last == $0 ? polygon : polygon + [$0] } ?? []
    }
    guard closed.count > 1, closed.reduce(0, { $0 + $1.count }) <= mostCorners,
      let collection = OGR_G_CreateGeometry(wkbMultiPolygon)
    else { return closed }
    defer { OGR_G_DestroyGeometry(collection) }
    for polygon in closed {
      guard let geometry = OGR_G_CreateGeometry(wkbPolygon), let ring = OGR_G_CreateGeometry(wkbLinearRing) else {
        return closed
      }
      for point in polygon { OGR_G_AddPoint_2D(ring, point.longitudeDegrees, point.latitudeDegrees) }
      OGR_G_AddGeometryDirectly(geometry, ring)
      OGR_G_AddGeometryDirectly(collection, geometry)
    }
    CPLPushErrorHandler(CPLQuietErrorHandler)
    defer { CPLPopErrorHandler() }
    guard let union = OGR_G_UnionCascaded(collection) else { return closed }
    defer { OGR_G_DestroyGeometry(union) }
    let parts =
      OGR_GT_Flatten(OGR_G_GetGeometryType(union)) == wkbPolygon
      ? [union] : (0..<OGR_G_GetGeometryCount(union)).compactMap { OGR_G_GetGeometryRef(union, $0) }
    let outlines = parts.compactMap { OGR_G_GetGeometryRef($0, 0) }.map { ring in
      (0..<OGR_G_GetPointCount(ring)).map {
        GroundPoint(longitudeDegrees: OGR_G_GetX(ring, $0), latitudeDegrees: OGR_G_GetY(ring, $0))
      }
    }
    return outlines.isEmpty ? closed : outlines
  }

  /// The polygons with longitudes continuous across the antimeridian: each corner lies within 180° of the
  /// previous one, and each first corner within 180° of the first polygon's.
  private static func unwrapped(_ polygons: [[GroundPoint]]) -> [[GroundPoint]] {
    guard let start = polygons.lazy.compactMap(\.first).first else { return polygons }
    return polygons.map { polygon in
      var before = start.longitudeDegrees
      return polygon.map { point in
        before = Longitude.unwrapped(point.longitudeDegrees, near: before)
        return GroundPoint(longitudeDegrees: before, latitudeDegrees: point.latitudeDegrees)
      }
    }
  }
}
