import Foundation
import Tables

/// Excel's XML of 2003, which the Global Volcanism Program's downloads named `.xls` are: `Worksheet`, `Table`, `Row`,
/// `Cell`, `Data`, in any namespace prefix; `ss:Index` on rows and cells leaves gaps, and `ss:MergeAcross` covers more.
enum SpreadsheetML {
  /// Most columns that a row is read of.
  static let columnLimit = 1024
  /// Most rows that a sheet is read of.
  static let rowLimit = 1 << 20

  /// The rows of each worksheet; `nil` for XML of another kind.
  ///
  /// - Throws: ``CatalogueForm/Problem`` for markup that does not end.
  static func sheets(of text: String) throws -> [[SeparatedValues.Record]]? {
    var scanner = XMLScanner(text)
    var sheets: [[SeparatedValues.Record]] = []
    var isSpreadsheet = false
    var fields: [String]?
    var row = 0
    var column = 0
    var width = 1
    var data: String?
    while let event = try scanner.next() {
      switch event {
      case .start("Workbook", let attributes):
        isSpreadsheet = attributes.values.contains { $0.contains("office:spreadsheet") }
      case .start("Worksheet", _):
        sheets.append([])
        row = 0
      case .start("Row", let attributes):
        row = index(attributes, limit: rowLimit) ?? row + 1
        fields = []
        column = 0
      case .start("Cell", let attributes):
        column = index(attributes, limit: columnLimit) ?? column + 1
        width = 1 + max(0, attributes["MergeAcross"].flatMap { Int($0) } ?? 0)
      case .start("Data", _): data = ""
      case .text(let more): data? += more
      case .end("Data"):
        if column >= 1, column <= columnLimit {
          while (fields?.count ?? column) < column { fields?.append("") }
          fields?[column - 1] = (data ?? "").trimmingWhitespace
        }
        data = nil
      case .end("Cell"): column = min(columnLimit, column + width - 1)
      case .end("Row"):
        if let fields, fields.contains(where: { !$0.isEmpty }), !sheets.isEmpty {
          sheets[sheets.count - 1].append(SeparatedValues.Record(line: row, fields: fields))
        }
        fields = nil
      default: break
      }
    }
    return isSpreadsheet ? sheets : nil
  }

  private static func index(_ attributes: [String: String], limit: Int) -> Int? {
    attributes["Index"].flatMap { Int($0) }.flatMap { (1...limit).contains($0) ? $0 : nil }
  }
}
