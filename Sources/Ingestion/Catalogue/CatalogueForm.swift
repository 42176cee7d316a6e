import FileReasons
import Foundation
import RasterIO
import Tables

/// Content of a catalogue file: text, or the sheets of a workbook.
enum CatalogueForm {
  case text(String)
  case sheets([[SeparatedValues.Record]])

  /// Why a file's content is not a catalogue, with the remedy.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private static let remedy = "save it as CSV (UTF-8) and pass that"

  /// Recognises the form by the first bytes.
  ///
  /// - Throws: ``Problem``, or `SpreadsheetError` for a workbook that cannot be read.
  init(_ data: Data) throws {
    if data.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .sheets(try SpreadsheetReader.sheets(of: [UInt8](data)).map(Self.records))
      return
    }
    if data.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw Problem(description: "is an Excel workbook in the old binary form (.xls); \(Self.remedy)")
    }
    switch ForeignContent(start: data) {
    case nil, .empty?, .xml?, .json?, .zip?: break
    case let foreign?: throw Problem(description: foreign.remedy(insteadOf: "a list of volcanoes"))
    }
    if data.starts(with: Data("%PDF".utf8)) { throw Problem(description: "is a PDF; \(Self.remedy)") }
    let text = TextDecoding.text(of: data)
    if text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) == "<" {
      guard let sheets = try SpreadsheetML.sheets(of: text) else {
        throw Problem(description: "is XML, but not an Excel spreadsheet (SpreadsheetML); \(Self.remedy)")
      }
      self = .sheets(sheets)
      return
    }
    if text.unicodeScalars.contains("\0") { throw Problem(description: "is binary, not text; \(Self.remedy)") }
    self = .text(text)
  }

  private static func records(_ rows: [[String]]) -> [SeparatedValues.Record] {
    rows.enumerated().map { SeparatedValues.Record(line: $0 + 1, fields: $1.map(\.trimmingWhitespace)) }
      .filter { $0.fields.contains { !$0.isEmpty } }
  }
}
