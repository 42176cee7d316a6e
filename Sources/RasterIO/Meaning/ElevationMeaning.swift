import CGDAL

/// Interpretation of a DEM's tags, independent of the GDAL driver.
package enum ElevationMeaning {
  /// Why heights cannot be used.
  package struct Problem: Error, CustomStringConvertible {
    /// Description for the user, without the file name.
    package let description: String
  }

  /// Conversion of the band's numbers to metres.
  ///
  /// - Throws: ``Problem`` if the coordinate system is not degrees on WGS 84, or the numbers are not heights.
  package static func numbers(
    of dataset: GDALDatasetH, _ band: GDALRasterBandH
  ) throws(Problem) -> StoredNumbers {
    switch CoordinateSystem.fault(of: dataset) {
    // Tiles without a coordinate system are accepted; the caller checks that coordinates are in the range of
    // degrees.
    case nil, .absent: break
    case .projected(let name), .otherDegrees(let name):
      throw Problem(
        description: "is in the coordinate system “\(name)”, expected degrees on WGS 84; warp it to EPSG:4326")
    }
    if GDALDataTypeIsComplex(GDALGetRasterDataType(band)) != 0 {
      throw Problem(description: "holds complex numbers, expected heights")
    }
    if GDALGetRasterColorTable(band) != nil {
      throw Problem(description: "is a picture with a colour table, not heights")
    }
    var reader = StoredNumbersReader(.length)
    do {
      var found: Int32 = 0
      let scale = GDALGetRasterScale(band, &found)
      if found != 0 { try reader.setScale(scale, "scale") }
      found = 0
      let offset = GDALGetRasterOffset(band, &found)
      if found != 0 { try reader.setOffset(offset, "offset") }
      if let unit = GDALGetRasterUnitType(band).map({ String(cString: $0) }) { try reader.setUnit("unit", unit) }
      found = 0
      let noData = GDALGetRasterNoDataValue(band, &found)
      if found != 0 { reader.addNoData(noData) }
    } catch {
      throw Problem(description: "has a tag \(error.name) that \(error.problem)")
    }
    return reader.numbers
  }
}
