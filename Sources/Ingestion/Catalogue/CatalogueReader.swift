import FileReasons
import Foundation
import Interferometry
import Tables

/// A catalogue file that cannot be used.
public struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the file.
  public let file: String
  /// What is wrong, with the line if possible.
  public let problem: String

  public var description: String { "\(file): \(problem)" }
}

extension VolcanoCatalogue {
  /// Largest catalogue file that is read, bytes.
  public static let fileSizeLimit = 16 << 20

  /// Reads a catalogue. The form is recognised by content, not by file name:
  ///
  /// - columns with a header within the first lines that names latitude, longitude and name, such as the
  ///   Global Volcanism Program's download (with a title line above the header) or a plain CSV;
  /// - exactly the columns `name,latitude,longitude` or `number,name,latitude,longitude`, without a header;
  /// - lines `name latitude longitude` separated by blanks, such as the volcano portal's list;
  /// - a spreadsheet with one of the first two forms on a sheet: the Global Volcanism Program's `.xls`
  ///   (SpreadsheetML), or `.xlsx` and `.ods` through GDAL.
  ///
  /// Text is UTF-8, UTF-16 or UTF-32 with a byte order mark, UTF-16 without one, or else Windows-1252.
  /// Columns are separated by commas, semicolons, tabs or vertical bars. A decimal comma counts as a point.
  /// Lines that begin with `#` are skipped, unless a header follows the `#`. ``CatalogueColumns`` and
  /// ``CatalogueRow`` describe columns and numbers of all forms.
  ///
  /// - Throws: ``CatalogueError`` if the file cannot be read, a column has an unknown meaning, a line above
  ///   all volcanoes looks like a header that is not understood, or no line contains a volcano.
  public init(contentsOf path: String) throws {
    func fail(_ problem: String) -> CatalogueError { CatalogueError(file: path, problem: problem) }
    if let problem = FileAccess.problem(naming: path) { throw fail(problem) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw fail("is not a file") }
    let size = Int(status.st_size)
    guard size <= Self.fileSizeLimit else {
      throw fail("has \(size) bytes, at most \(Self.fileSizeLimit) are read")
    }
    guard let data = FileManager.default.contents(atPath: path) else { throw fail("cannot be read") }
    let form: CatalogueForm
    do {
      form = try CatalogueForm(data)
    } catch {
      throw fail("\(error)")
    }
    switch form {
    case .text(let text): self.init(text: text)
    case .sheets(let sheets): self.init(sheets: sheets)
    }
    if let columnProblem { throw fail(columnProblem) }
    guard !entries.isEmpty else {
      throw fail(
        "contains no volcano; expected the GVP list, a CSV with name, latitude and longitude, or lines “name lat lon”"
          + (rejectedLines.first.map { " (\($0))" } ?? ""))
    }
  }

  /// Reads a catalogue from text; see ``init(contentsOf:)``.
  public init(text: String) {
    self.init(Self.reading(of: text))
  }

  private static func reading(of text: String) -> CatalogueReading {
    var readings = separators(of: text).map {
      CatalogueReading(records: SeparatedValues.records(in: text, separator: $0))
    }
    // A header decides. Without one, take the separator that gives the most volcanoes; the first of several.
    if let reading = readings.first(where: \.hasHeader) { return reading }
    let most = readings.map(\.rows.count).max() ?? 0
    var chosen: CatalogueReading
    if most > 0, let reading = readings.first(where: { $0.rows.count == most }) {
      chosen = reading
    } else {
      let words = CatalogueReading(words: text)
      if words.hasHeader { return words }
      chosen = words.rows.isEmpty ? readings.first ?? words : words
      readings.append(words)
    }
    // A line that one separator reads as a volcano is not a header for another separator.
    let volcanoes = Set(chosen.rows.map { $0.line })
    let header = readings.compactMap(\.unknownHeader).first { !volcanoes.contains($0.line) }
    if let header { chosen.columnProblem = header.description }
    return chosen
  }

  /// Reads the sheets of a workbook: the first with a header, or else the first with volcanoes.
  init(sheets: [[SeparatedValues.Record]]) {
    let readings = sheets.map { CatalogueReading(records: $0) }
    var reading =
      readings.first(where: \.hasHeader) ?? readings.first { !$0.rows.isEmpty }
      ?? readings.first { $0.unknownHeader != nil } ?? readings.first ?? CatalogueReading(records: [])
    if let header = reading.unknownHeader { reading.columnProblem = header.description }
    self.init(reading)
  }

  private init(_ reading: CatalogueReading) {
    let isUsed = reading.columnProblem == nil
    self.init(
      volcanoes: isUsed ? reading.rows : [], rejectedLines: isUsed ? reading.rejected : [], notes: reading.notes,
      columnProblem: reading.columnProblem)
  }

  /// Separators that occur at least twice in some lines, ordered by the number of such lines.
  private static func separators(of text: String) -> [Unicode.Scalar] {
    let lines = text.split(maxSplits: 200) { $0.isNewline }.prefix(200).filter { !$0.hasPrefix("#") }
    let candidates: [Unicode.Scalar] = [",", "\t", ";", "|"]
    return candidates.map { separator in
      (separator, lines.count { line in line.unicodeScalars.count { $0 == separator } >= 2 })
    }
    .filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.map(\.0)
  }
}
