import CGDAL
import Foundation
import Interferometry

enum GeoTIFFStandIn {
  struct Failure: Error { let path: String }

  static func write<Pixel: BitwiseCopyable>(
    _ pixels: [Pixel], grid: Grid, at transform: GeoTransform, to path: String
  ) throws {
    _ = registered
    let isFloat = Pixel.self == Float.self
    let type = isFloat ? GDT_Float32 : GDT_Byte
    var options: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    options = CSLSetNameValue(options, "COMPRESS", "DEFLATE")
    options = CSLSetNameValue(options, "ZLEVEL", "1")
    options = CSLSetNameValue(options, "BLOCKYSIZE", "64")
    defer { CSLDestroy(options) }
    guard let driver = GDALGetDriverByName("GTiff"),
      let dataset = GDALCreate(driver, path, Int32(grid.width), Int32(grid.height), 1, type, options)
    else { throw Failure(path: path) }
    let reference = OSRNewSpatialReference(nil)
    OSRImportFromEPSG(reference, 4326)
    GDALSetSpatialRef(dataset, reference)
    OSRDestroySpatialReference(reference)
    var numbers = [transform.west, transform.longitudeStep, 0, transform.north, 0, transform.latitudeStep]
    GDALSetGeoTransform(dataset, &numbers)
    var copy = pixels
    let result = GDALRasterIO(
      GDALGetRasterBand(dataset, 1), GF_Write, 0, 0, Int32(grid.width), Int32(grid.height), &copy,
      Int32(grid.width), Int32(grid.height), type, 0, 0)
    GDALClose(dataset)
    if result != CE_None { throw Failure(path: path) }
  }

  private static let registered: Void = GDALAllRegister()
}
