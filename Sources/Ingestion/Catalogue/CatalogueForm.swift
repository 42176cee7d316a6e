import FileReasons
import Foundation
import RasterIO
import Tables

/// A catalogue file's content: text, or the sheets of a workbook.
enum CatalogueForm {
  case text(String)
  case sheets([[SeparatedValues.Record]])

  /// Why a file's content is no list, with the remedy.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private static let remedy = "save it as CSV (UTF-8) and pass that"

  /// Recognises a file by its first bytes.
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
    let text = try Self.decode(data)
    if text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) == "<" {
      guard let sheets = try SpreadsheetML.sheets(of: text) else {
        throw Problem(description: "is XML, but no Excel spreadsheet (SpreadsheetML); \(Self.remedy)")
      }
      self = .sheets(sheets)
      return
    }
    if text.unicodeScalars.contains("\0") { throw Problem(description: "is no text, but binary; \(Self.remedy)") }
    self = .text(text)
  }

  private static func records(_ rows: [[String]]) -> [SeparatedValues.Record] {
    rows.enumerated().map { SeparatedValues.Record(line: $0 + 1, fields: $1.map(\.trimmingWhitespace)) }
      .filter { $0.fields.contains { !$0.isEmpty } }
  }

  private static func decode(_ data: Data) throws -> String {
    let marks: [(mark: [UInt8], encoding: String.Encoding, name: String)] = [
      ([0xEF, 0xBB, 0xBF], .utf8, "UTF-8"), ([0xFF, 0xFE, 0, 0], .utf32LittleEndian, "UTF-32"),
      ([0, 0, 0xFE, 0xFF], .utf32BigEndian, "UTF-32"), ([0xFF, 0xFE], .utf16LittleEndian, "UTF-16"),
      ([0xFE, 0xFF], .utf16BigEndian, "UTF-16"),
    ]
    if let (mark, encoding, name) = marks.first(where: { data.starts(with: $0.mark) }) {
      if let text = String(data: data.dropFirst(mark.count), encoding: encoding) { return text }
      if encoding != .utf8 { throw Problem(description: "begins as \(name) text but is damaged; \(remedy)") }
    }
    if let encoding = unmarkedUTF16(data), let text = String(data: data, encoding: encoding) { return text }
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    return String(data: bytes, encoding: .utf8) ?? String(data: bytes, encoding: .windowsCP1252)
      ?? String(decoding: bytes, as: UTF8.self)
  }

  /// UTF-16 without a mark: every other byte of most characters of a list is 0.
  private static func unmarkedUTF16(_ data: Data) -> String.Encoding? {
    let head = [UInt8](data.prefix(4096))
    guard head.count >= 4, data.count % 2 == 0 else { return nil }
    let zeros = (
      even: stride(from: 0, to: head.count, by: 2).count { head[$0] == 0 },
      odd: stride(from: 1, to: head.count, by: 2).count { head[$0] == 0 }
    )
    let most = head.count / 2 * 6 / 10
    if zeros.odd > most, zeros.even == 0 { return .utf16LittleEndian }
    return zeros.even > most && zeros.odd == 0 ? .utf16BigEndian : nil
  }
}
