import Interferometry
import Tables

/// What one way to cut a list into fields gives.
struct CatalogueReading {
  /// Lines among which a header is looked for.
  private static let headerLines = 20

  var rows: [(volcano: Volcano, line: Int)] = []
  var rejected: [VolcanoCatalogue.RejectedLine] = []
  var notes: [String] = []
  var hasHeader = false
  /// Why the header's columns cannot be used.
  var columnProblem: String?

  /// Reads records with or without a header.
  init(records: [SeparatedValues.Record]) {
    for (index, record) in records.prefix(Self.headerLines).enumerated() {
      let rest = records[(index + 1)...]
      do throws(CatalogueColumns.Problem) {
        guard let columns = try CatalogueColumns(record.fields, rows: rest) else { continue }
        hasHeader = true
        for record in rest where !Self.isComment(record) { add(record.line, columns.row(record.fields)) }
      } catch {
        hasHeader = true
        columnProblem = "line \(record.line): \(error.text)"
      }
      endNotes()
      return
    }
    for record in records where !Self.isComment(record) {
      add(record.line, CatalogueRow(withoutHeader: record.fields))
    }
    endNotes()
  }

  /// Reads lines of words: all but the last two are the name.
  init(words text: String) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let words = line.split { $0.isWhitespace }.map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let fields =
        words.count < 3 ? words : [words.dropLast(2).joined(separator: " ")] + words.suffix(2)
      add(index + 1, CatalogueRow(withoutHeader: fields))
    }
    endNotes()
  }

  /// Numbers that are none of the Global Volcanism Program's: how many, and the first.
  private var oddNumbers: (count: Int, first: String)?

  private mutating func add(_ line: Int, _ row: CatalogueRow) {
    do throws(CatalogueRow.Problem) {
      let (volcano, oddNumber) = try row.volcano()
      rows.append((volcano, line))
      guard let oddNumber else { return }
      oddNumbers = (
        (oddNumbers?.count ?? 0) + 1, oddNumbers?.first ?? "line \(line): “\(oddNumber)”"
      )
    } catch {
      rejected.append(VolcanoCatalogue.RejectedLine(line: line, problem: error.text))
    }
  }

  private mutating func endNotes() {
    guard let oddNumbers else { return }
    let (count, first) = oddNumbers
    notes.append(
      "\(count) \(count == 1 ? "volcano has a number" : "volcanoes have numbers") of another form than the Global "
        + "Volcanism Program's six digits (\(first)); used without a number")
  }

  private static func isComment(_ record: SeparatedValues.Record) -> Bool {
    record.fields.first?.hasPrefix("#") ?? true
  }
}
