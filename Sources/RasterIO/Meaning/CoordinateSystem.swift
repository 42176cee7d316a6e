import CGDAL
import Foundation

/// Checks that coordinates are degrees of longitude and latitude on WGS 84, the only supported system.
enum CoordinateSystem {
  /// Why a coordinate system is not supported.
  enum Fault: Hashable {
    case absent
    /// In a unit of length; with its name.
    case projected(String)
    /// In degrees on another ellipsoid; with its name.
    case otherDegrees(String)
  }

  /// Checks a raster's coordinate system; `nil` if it is supported.
  static func fault(of dataset: GDALDatasetH) -> Fault? {
    GDALLibrary.quietly {
      guard let system = GDALGetSpatialRef(dataset) else { return .absent }
      return fault(inSystem: system)
    }
  }

  /// Checks a coordinate system by its EPSG code; `nil` if it is supported.
  static func fault(ofEPSG number: Int) -> Fault? {
    guard number != 4326 else { return nil }
    return GDALLibrary.quietly {
      guard let system = OSRNewSpatialReference(nil) else { return .otherDegrees("EPSG:\(number)") }
      defer { OSRRelease(system) }
      guard OSRImportFromEPSG(system, Int32(clamping: number)) == OGRERR_NONE else {
        return .otherDegrees("EPSG:\(number), which is not known here")
      }
      return fault(inSystem: system)
    }
  }

  private static func fault(inSystem system: OGRSpatialReferenceH) -> Fault? {
    let name = OSRGetName(system).map { String(cString: $0) } ?? "unnamed"
    guard OSRIsGeographic(system) != 0 else {
      return OSRIsLocal(system) != 0 ? .absent : .projected(name)
    }
    // WGS 84, its realisations and relatives (ITRF, GRS 80) differ by less than a pixel.
    var flattened = OGRERR_NONE
    let radius = OSRGetSemiMajor(system, nil)
    let flattening = OSRGetInvFlattening(system, &flattened)
    let degree = OSRGetAngularUnits(system, nil)
    let meridian = OSRGetPrimeMeridian(system, nil)
    guard abs(radius - 6_378_137) < 1, flattened == OGRERR_NONE, abs(flattening - 298.257) < 0.01,
      abs(degree - .pi / 180) < 1e-9, meridian == 0
    else { return .otherDegrees(name) }
    return nil
  }
}
