import Foundation
import Interferometry
import Names
import Tables

/// A catalogue file that cannot be used at all.
public struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  public let file: String
  public let problem: String

  public var description: String { "\(file): \(problem)" }
}

extension VolcanoCatalogue {
  /// Largest catalogue file that is read, bytes.
  public static let fileSizeLimit = 16 << 20

  /// Reads a list of volcanoes in one of three forms, told apart by its content:
  ///
  /// - columns with a header among the first lines that names latitude, longitude and name, as the Global Volcanism
  ///   Program's list is downloaded (a title line above the header) or as a plain CSV;
  /// - columns without header: `name,latitude,longitude` or `number,name,latitude,longitude`;
  /// - words, as the volcano portal's list: `name latitude longitude`.
  ///
  /// The text is UTF-8, or else Windows' Latin-1. Lines that begin with `#` are left out.
  ///
  /// - Throws: ``CatalogueError`` if the file cannot be read or no line of it gives a volcano.
  public init(contentsOf path: String) throws {
    func fail(_ problem: String) -> CatalogueError { CatalogueError(file: path, problem: problem) }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let size = attributes?[.size] as? Int else { throw fail("is not there, or cannot be read") }
    guard size <= Self.fileSizeLimit else {
      throw fail("has \(size) bytes, at most \(Self.fileSizeLimit) are read")
    }
    guard let data = FileManager.default.contents(atPath: path) else { throw fail("cannot be read") }
    self.init(text: Self.decode(data))
    guard !entries.isEmpty else {
      throw fail(
        "names no volcano; expected the GVP list, a CSV with name, latitude and longitude, or lines “name lat lon”"
          + (rejectedLines.first.map { " (\($0))" } ?? ""))
    }
  }

  /// Reads a list from its text, see ``init(contentsOf:)``.
  public init(text: String) {
    let separator = Self.separator(of: text)
    let records = separator.map { SeparatedValues.records(in: text, separator: $0) } ?? []
    if let (index, columns) = Self.header(in: records) {
      self.init(records: records[(index + 1)...].map { ($0.line, columns.pick($0.fields)) })
    } else if let separator {
      self.init(records: SeparatedValues.records(in: text, separator: separator).map { ($0.line, $0.fields) })
    } else {
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
      self.init(
        records: lines.enumerated().map { index, line in
          let words = line.split { $0.isWhitespace }.map(String.init)
          guard words.count >= 3 else { return (index + 1, words) }
          return (index + 1, [words.dropLast(2).joined(separator: " ")] + words.suffix(2))
        })
    }
  }

  /// Fields are `name, latitude, longitude`, or with a number in front.
  private init(records: [(line: Int, fields: [String])]) {
    var volcanoes: [(Volcano, Int)] = []
    var rejected: [RejectedLine] = []
    for (line, fields) in records where !fields.isEmpty && !fields[0].hasPrefix("#") {
      switch Self.volcano(fields) {
      case .success(let volcano): volcanoes.append((volcano, line))
      case .failure(let fault): rejected.append(RejectedLine(line: line, problem: fault.problem))
      }
    }
    self.init(volcanoes: volcanoes.map { (volcano: $0.0, line: $0.1) }, rejectedLines: rejected)
  }

  private struct Fault: Error { let problem: String }

  private static func volcano(_ fields: [String]) -> Result<Volcano, Fault> {
    func fail(_ problem: String) -> Result<Volcano, Fault> { .failure(Fault(problem: problem)) }
    let isNumbered = fields.count >= 4 && (fields[0].isEmpty || Int(fields[0]) != nil)
    let named = isNumbered ? Array(fields.dropFirst()) : fields
    guard named.count >= 3, !named[0].isEmpty else { return fail("expected name, latitude and longitude") }
    guard named[0].utf8.count <= nameLimit else {
      return fail("“\(named[0].prefix(40))…” has a name of more than \(nameLimit) bytes")
    }
    if let problem = DisplayName.problem(named[0]) {
      return fail("“\(VisibleText.line(named[0], limit: 40))” is no name: it \(problem)")
    }
    guard let latitude = Double(named[1]), abs(latitude) <= 90 else {
      return fail("“\(named[0])” has latitude “\(named[1].prefix(40))”, expected −90 to 90 degrees")
    }
    guard let longitude = Double(named[2]), longitude >= -180, longitude <= 360 else {
      return fail("“\(named[0])” has longitude “\(named[2].prefix(40))”, expected −180 to 180 degrees")
    }
    let number = isNumbered ? Int(fields[0]) : nil
    if let number, number < 1 {
      return fail("“\(named[0])” has number \(number), expected one of the Global Volcanism Program's")
    }
    return .success(
      Volcano(
        number: number, name: named[0], latitudeDegrees: latitude,
        longitudeDegrees: longitude > 180 ? longitude - 360 : longitude))
  }

  /// Where a header has the fields.
  private struct Columns {
    var number: Int?
    var name: Int
    var latitude: Int
    var longitude: Int

    init?(_ header: [String]) {
      func column(_ names: Set<String>) -> Int? {
        header.firstIndex { names.contains($0.lowercased().replacing("_", with: " ")) }
      }
      guard let name = column(["volcano name", "name", "volcano"]), let latitude = column(["latitude", "lat"]),
        let longitude = column(["longitude", "lon", "long", "lng"])
      else { return nil }
      number = column(["volcano number", "number", "vnum", "gvp number", "id"])
      (self.name, self.latitude, self.longitude) = (name, latitude, longitude)
    }

    func pick(_ fields: [String]) -> [String] {
      func field(_ index: Int?) -> String {
        guard let index, fields.indices.contains(index) else { return "" }
        return fields[index]
      }
      return [field(number), field(name), field(latitude), field(longitude)]
    }
  }

  private static func header(in records: [SeparatedValues.Record]) -> (index: Int, columns: Columns)? {
    for (index, record) in records.prefix(20).enumerated() {
      if let columns = Columns(record.fields) { return (index, columns) }
    }
    return nil
  }

  /// The separator that most lines have at least twice; `nil` for a list of words.
  private static func separator(of text: String) -> Unicode.Scalar? {
    let lines = text.split(maxSplits: 200) { $0.isNewline }.prefix(200).filter { !$0.hasPrefix("#") }
    return [",", "\t", ";"].first { separator in
      lines.count { line in line.unicodeScalars.count { $0 == separator } >= 2 } * 2 > lines.count
    }
  }

  private static func decode(_ data: Data) -> String {
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    return String(data: bytes, encoding: .utf8) ?? String(data: bytes, encoding: .windowsCP1252)
      ?? String(decoding: bytes, as: UTF8.self)
  }
}
