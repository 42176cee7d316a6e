import CGDAL
import Foundation

/// Why a workbook cannot be read.
public struct SpreadsheetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Message for the user, without the file name.
  public let description: String
}

/// Reads workbooks (`.xlsx`, `.ods`) with GDAL's vector drivers. Call it in a child process: a damaged file
/// may crash GDAL.
public enum SpreadsheetReader {
  /// Largest number of columns that is read.
  public static let columnLimit = 1024
  /// Largest number of cells that is read from a workbook.
  public static let cellLimit = 4 << 20

  /// Reads all sheets.
  ///
  /// - Parameter bytes: Content of the file; its name does not matter.
  /// - Returns: text of each cell by sheet, row and column; empty rows between others are kept.
  /// - Throws: ``SpreadsheetError`` with the remedy.
  public static func sheets(of bytes: [UInt8]) throws -> [[[String]]] {
    let remedy = "save it as CSV (UTF-8) and pass that"
    let isOpenDocument = bytes.prefix(128).contains("opendocument.spreadsheet")
    let (driver, ending) = isOpenDocument ? ("ODS", "ods") : ("XLSX", "xlsx")
    _ = registerDrivers
    guard GDALGetDriverByName(driver) != nil else {
      throw SpreadsheetError(
        description: "is a spreadsheet (.\(ending)), which this installation of GDAL does not read; \(remedy)")
    }
    let path = "/vsimem/volcsweep-\(UUID().uuidString).\(ending)"
    return try GDALLibrary.quietly {
      var bytes = bytes
      return try bytes.withUnsafeMutableBufferPointer { buffer in
        guard let file = VSIFileFromMemBuffer(path, buffer.baseAddress, vsi_l_offset(buffer.count), 0) else {
          throw SpreadsheetError(description: "is a spreadsheet that does not fit into memory; \(remedy)")
        }
        defer { VSIUnlink(path) }
        VSIFCloseL(file)
        let dataset = [driver].withCStrings { drivers in
          drivers.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) {
            GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), $0, nil, nil)
          }
        }
        guard let dataset else {
          let isWorkbook = isOpenDocument || bytesOfWorkbook(UnsafeBufferPointer(buffer))
          throw SpreadsheetError(
            description: isWorkbook
              ? "is a spreadsheet (.\(ending)) that is damaged or protected: "
                + "\(GDALLibrary.lastMessage(about: path)); \(remedy)"
              : "is a ZIP archive, not a list; unpack it first")
        }
        defer { GDALClose(dataset) }
        var room = cellLimit
        return try (0..<GDALDatasetGetLayerCount(dataset)).map {
          try rows(of: GDALDatasetGetLayer(dataset, $0), room: &room)
        }
      }
    }
  }

  /// Drivers, configured to return all rows, headers included, and all cells as text.
  private static let registerDrivers: Void = {
    for driver in ["XLSX", "ODS"] {
      CPLSetConfigOption("OGR_\(driver)_HEADERS", "DISABLE")
      CPLSetConfigOption("OGR_\(driver)_FIELD_TYPES", "STRING")
    }
    RegisterOGRXLSX()
    RegisterOGRODS()
  }()

  private static func rows(of layer: OGRLayerH?, room: inout Int) throws -> [[String]] {
    guard let layer else { return [] }
    var rows: [[String]] = []
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      let columns = min(Int(OGR_F_GetFieldCount(feature)), columnLimit)
      room -= columns
      guard room >= 0 else {
        throw SpreadsheetError(description: "has more than \(cellLimit) cells; save only the list as CSV")
      }
      rows.append(
        (0..<columns).map { column in
          guard OGR_F_IsFieldSetAndNotNull(feature, Int32(column)) != 0 else { return "" }
          return OGR_F_GetFieldAsString(feature, Int32(column)).map { String(cString: $0) } ?? ""
        })
    }
    return rows
  }

  /// Whether a ZIP archive contains the parts of a workbook.
  private static func bytesOfWorkbook(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    Data(buffer: bytes).range(of: Data("xl/workbook".utf8)) != nil
  }
}

extension ArraySlice<UInt8> {
  fileprivate func contains(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}
