import CGDAL
import Foundation

@testable import RasterIO

/// A GeoTIFF as other programs write it: any type, tags, mask and place.
struct ForeignRaster {
  var type = GDT_Float32
  var width: Int32 = 4
  var height: Int32 = 3
  var scale: Double?
  var offset: Double?
  var unit: String?
  var noData: Double?
  /// 255 for data and 0 for none, as an internal mask.
  var mask: [UInt8]?
  /// A second band, marked as alpha.
  var alpha: [UInt8]?
  var bands: Int32 = 1
  var items: [(name: String, text: String)] = []
  var bandItems: [(name: String, text: String)] = []
  var options: [String] = []
  var hasColourTable = false
  var terms: [Double] = [-91.42, 0.001, 0, -0.58, 0, -0.001]
  /// A coordinate system as GDAL takes it from people: `EPSG:4326`, WKT or PROJ.
  var system = "EPSG:4326"

  /// Writes the values, row-major, to every band but the alpha.
  func write(_ path: String, _ values: [Double]) throws {
    struct Failure: Error { let what: String }
    func check(_ what: String, _ error: CPLErr) throws {
      guard error == CE_None else { throw Failure(what: "\(what): \(String(cString: CPLGetLastErrorMsg()))") }
    }
    try GDALLibrary.quietly {
      CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
      defer { CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", nil) }
      let count = bands + (alpha == nil ? 0 : 1)
      let created = (options + (alpha == nil ? [] : ["ALPHA=YES"])).withCStrings {
        GDALCreate(GDALGetDriverByName("GTiff"), path, width, height, count, type, $0)
      }
      guard let dataset = created else { throw Failure(what: String(cString: CPLGetLastErrorMsg())) }
      defer { GDALClose(dataset) }
      var terms = terms
      try check("place", GDALSetGeoTransform(dataset, &terms))
      if let reference = OSRNewSpatialReference(nil) {
        defer { OSRRelease(reference) }
        guard OSRSetFromUserInput(reference, system) == OGRERR_NONE else { throw Failure(what: system) }
        try check("system", GDALSetSpatialRef(dataset, reference))
      }
      for (name, text) in items { try check(name, GDALSetMetadataItem(dataset, name, text, nil)) }
      for number in 1...bands {
        let band = GDALGetRasterBand(dataset, number)
        for (name, text) in bandItems { try check(name, GDALSetMetadataItem(band, name, text, nil)) }
        if let scale { try check("scale", GDALSetRasterScale(band, scale)) }
        if let offset { try check("offset", GDALSetRasterOffset(band, offset)) }
        if let unit { try check("unit", GDALSetRasterUnitType(band, unit)) }
        if let noData { try check("no data", GDALSetRasterNoDataValue(band, noData)) }
        if hasColourTable, let table = GDALCreateColorTable(GPI_RGB) {
          defer { GDALDestroyColorTable(table) }
          var red = GDALColorEntry(c1: 255, c2: 0, c3: 0, c4: 255)
          GDALSetColorEntry(table, 1, &red)
          try check("colours", GDALSetRasterColorTable(band, table))
        }
        var values = values
        try check(
          "pixels",
          GDALRasterIO(band, GF_Write, 0, 0, width, height, &values, width, height, GDT_Float64, 0, 0))
        if var mask {
          try check("mask", GDALCreateMaskBand(band, GMF_PER_DATASET))
          try check(
            "mask",
            GDALRasterIO(
              GDALGetMaskBand(band), GF_Write, 0, 0, width, height, &mask, width, height, GDT_Byte, 0, 0))
        }
      }
      if var alpha {
        try check(
          "alpha",
          GDALRasterIO(
            GDALGetRasterBand(dataset, count), GF_Write, 0, 0, width, height, &alpha, width, height, GDT_Byte, 0, 0)
        )
      }
    }
  }
}
