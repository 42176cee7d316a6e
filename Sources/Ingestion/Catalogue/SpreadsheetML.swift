import Foundation
import RasterIO
import Tables

/// Reads SpreadsheetML (Excel's XML of 2003), the format of the Global Volcanism Program's `.xls` downloads:
/// `Worksheet`, `Table`, `Row`, `Cell`, `Data` with any namespace prefix. `ss:Index` on rows and cells leaves
/// gaps, and `ss:MergeAcross` covers several columns.
enum SpreadsheetML {
  /// Largest number of columns that is read.
  static let columnLimit = 1024
  /// Largest number of rows that is read from a sheet.
  static let rowLimit = 1 << 20

  /// The rows of each worksheet; `nil` for XML of another kind.
  ///
  /// - Throws: ``CatalogueForm/Problem`` for unterminated markup, or more than `SpreadsheetReader.cellLimit`
  ///   cells.
  static func sheets(of text: String) throws -> [[SeparatedValues.Record]]? {
    var scanner = XMLScanner(text)
    var sheets: [[SeparatedValues.Record]] = []
    var isSpreadsheet = false
    var fields: [String]?
    var row = 0
    var column = 0
    var width = 1
    var data: String?
    var cells = 0
    while let event = try scanner.next() {
      switch event {
      case .start("Workbook", let attributes):
        isSpreadsheet = attributes.values.contains { $0.contains("office:spreadsheet") }
      case .start("Worksheet", _):
        sheets.append([])
        row = 0
      case .start("Row", let attributes):
        row = number("Index", of: attributes, in: 1...rowLimit) ?? row + 1
        fields = []
        column = 0
      case .start("Cell", let attributes):
        // Clamped to one past the last column, so that cells beyond the limit stay beyond it.
        column = number("Index", of: attributes, in: 1...(columnLimit + 1)) ?? column + 1
        width = 1 + (number("MergeAcross", of: attributes, in: 0...columnLimit) ?? 0)
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
        cells += fields?.count ?? 0
        guard cells <= SpreadsheetReader.cellLimit else {
          throw CatalogueForm.Problem(
            description: "has more than \(SpreadsheetReader.cellLimit) cells up to row \(row); save only the list "
              + "as CSV")
        }
        if let fields, fields.contains(where: { !$0.isEmpty }), !sheets.isEmpty {
          sheets[sheets.count - 1].append(SeparatedValues.Record(line: row, fields: fields))
        }
        fields = nil
      default: break
      }
    }
    return isSpreadsheet ? sheets : nil
  }

  /// An integer attribute, clamped to the range's upper bound; `nil` if it is smaller or not a number.
  private static func number(_ name: String, of attributes: [String: String], in range: ClosedRange<Int>) -> Int? {
    guard let text = attributes[name]?.trimmingWhitespace, !text.isEmpty,
      text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    // Digits that do not fit into `Int` are larger than any bound.
    let number = Int(text) ?? .max
    return number < range.lowerBound ? nil : min(number, range.upperBound)
  }
}
