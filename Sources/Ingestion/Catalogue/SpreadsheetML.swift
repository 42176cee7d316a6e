import Foundation
import RasterIO
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
  /// - Throws: ``CatalogueForm/Problem`` for markup that does not end, or more than `SpreadsheetReader.cellLimit` cells.
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
        // A cell behind the last column that is read stays behind it.
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

  /// A whole number of an attribute, the range's end for what is larger; `nil` for what is smaller or no number.
  private static func number(_ name: String, of attributes: [String: String], in range: ClosedRange<Int>) -> Int? {
    guard let text = attributes[name]?.trimmingWhitespace, !text.isEmpty,
      text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    // Digits that are no `Int` are more than it holds.
    let number = Int(text) ?? .max
    return number < range.lowerBound ? nil : min(number, range.upperBound)
  }
}
