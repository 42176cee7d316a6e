import Interferometry
import Names
import Tables

/// Result of splitting a catalogue into fields in one way.
struct CatalogueReading {
  /// Number of lines searched for a header.
  private static let headerLines = 20

  var rows: [(volcano: Volcano, line: Int)] = []
  var rejected: [VolcanoCatalogue.RejectedLine] = []
  var notes: [String] = []
  var hasHeader = false
  /// Why the columns cannot be used.
  var columnProblem: String?
  /// In a list without a known header, a line above all volcanoes with words in place of numbers.
  var unknownHeader: VolcanoCatalogue.RejectedLine?

  /// Reads records with or without a header.
  init(records: [SeparatedValues.Record]) {
    for (index, record) in records.prefix(Self.headerLines).enumerated() where record.unendedQuote == nil {
      let rest = records[(index + 1)...]
      do throws(CatalogueColumns.Problem) {
        guard let columns = try CatalogueColumns(record.fields, rows: rest) else { continue }
        hasHeader = true
        for record in rest where !Self.isComment(record) { add(record, columns.row) }
        if rows.isEmpty, rejected.isEmpty {
          columnProblem = "line \(record.line) is a header, but no line below it names a volcano"
        }
      } catch {
        hasHeader = true
        columnProblem = "line \(record.line): \(error.text)"
      }
      endNotes()
      return
    }
    for record in records where !Self.isComment(record) {
      if rows.isEmpty, unknownHeader == nil { unknownHeader = Self.unknownHeader(record) }
      add(record, CatalogueRow.init(withoutHeader:))
    }
    endNotes()
  }

  /// Reads lines of words: the last two are coordinates, the others the name.
  init(words text: String) {
    self.init(records: Self.records(ofWords: text))
  }

  private static func records(ofWords text: String) -> [SeparatedValues.Record] {
    var records: [SeparatedValues.Record] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let words = line.split { $0.isWhitespace }.map(String.init)
      guard !words.isEmpty else { continue }
      // A third number in degrees is not part of the name but an extra field.
      let behind = words.count > 3 && isFraction(words[words.count - 3]) ? 3 : 2
      let fields =
        words.count <= behind ? words : [words.dropLast(behind).joined(separator: " ")] + words.suffix(behind)
      records.append(SeparatedValues.Record(line: index + 1, fields: fields))
    }
    return records
  }

  private static func isFraction(_ word: String) -> Bool {
    NumberText.number(word) != nil && word.contains { ".,-\u{2212}".contains($0) }
  }

  /// Catalogue numbers that are not Global Volcanism Program numbers: count and first.
  private var oddNumbers: (count: Int, first: String)?

  private mutating func add(
    _ record: SeparatedValues.Record, _ row: ([String]) throws(CatalogueRow.Problem) -> CatalogueRow
  ) {
    if let fault = Self.unendedQuote(record) {
      rejected.append(fault)
      return
    }
    do throws(CatalogueRow.Problem) {
      let (volcano, oddNumber) = try row(record.fields).volcano()
      rows.append((volcano, record.line))
      guard let oddNumber else { return }
      oddNumbers = (
        (oddNumbers?.count ?? 0) + 1, oddNumbers?.first ?? "line \(record.line): “\(oddNumber)”"
      )
    } catch {
      rejected.append(
        VolcanoCatalogue.RejectedLine(line: record.line, problem: error.text + Self.linesInQuotes(record)))
    }
  }

  /// Describes a record that spans several lines because of quotes; the lines below may have been meant as
  /// volcanoes.
  private static func linesInQuotes(_ record: SeparatedValues.Record) -> String {
    let count = record.fields.reduce(0) { sum, field in
      sum + field.count { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }
    return count == 0 ? "" : "; a quote joins it with the \(count == 1 ? "line" : "\(count) lines") below"
  }

  private static func unendedQuote(_ record: SeparatedValues.Record) -> VolcanoCatalogue.RejectedLine? {
    record.unendedQuote.map { line in
      let text = VisibleText.line(record.fields.last ?? "", limit: 40)
      return VolcanoCatalogue.RejectedLine(
        line: line,
        problem: "“\(text)” begins with a quote and does not end with one; close the quote, or remove it")
    }
  }

  private mutating func endNotes() {
    guard let oddNumbers else { return }
    let (count, first) = oddNumbers
    notes.append(
      "\(count) \(count == 1 ? "volcano has a number" : "volcanoes have numbers") that are not the Global "
        + "Volcanism Program's six digits (\(first)); they are used without a number")
  }

  private static func isComment(_ record: SeparatedValues.Record) -> Bool {
    record.fields.first?.hasPrefix("#") ?? true
  }

  /// A record that looks like a header: several fields after the first, none of them numeric.
  private static func unknownHeader(_ record: SeparatedValues.Record) -> VolcanoCatalogue.RejectedLine? {
    var fields = record.fields
    if record.unendedQuote != nil, let last = fields.popLast() {
      fields += last.split { ",;\t|".contains($0) }.map(\.trimmingWhitespace)
    }
    let behind = fields.dropFirst().filter { !$0.isEmpty }
    guard behind.count >= 2, !behind.contains(where: beginsWithNumber) else { return nil }
    if let fault = unendedQuote(record) { return fault }
    let shown = fields.filter { !$0.isEmpty }.prefix(8).map { "“\(VisibleText.line($0, limit: 40))”" }
    return VolcanoCatalogue.RejectedLine(
      line: record.line,
      problem: "\(shown.joined(separator: ", ")) look like column names, but name, latitude and "
        + "longitude are not all among them; name the columns name, latitude and longitude, or put # in front of a title"
    )
  }

  /// Whether a field begins with a digit, after an optional sign or hemisphere letter.
  private static func beginsWithNumber(_ field: String) -> Bool {
    var rest = field[...]
    if let first = rest.first, "NSEWnsew".contains(first) { rest.removeFirst() }
    rest = rest.drop { $0.isWhitespace || "+-\u{2212}\u{2013}.,".contains($0) }
    return rest.first.map { ("0"..."9").contains($0) } ?? false
  }
}
