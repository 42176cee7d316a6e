import FileReasons
import Foundation
import Tables

/// A comma-separated table whose first line names its columns.
struct NamedColumns {
  /// Largest table that is read, bytes.
  static let sizeLimit = 256 << 20

  let path: String
  private let columns: [String: Int]
  private let records: [[String]]

  init(contentsOf path: String) throws(DataSetError) {
    let text = try FileText.read(path, limitBytes: Self.sizeLimit)
    var records = SeparatedValues.records(in: text, separator: ",")
    guard !records.isEmpty else { throw DataSetError(file: path, problem: "holds no table") }
    let header = records.removeFirst().fields
    self.path = path
    columns = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
    for record in records where record.fields.count != header.count {
      throw DataSetError(
        file: path, problem: "line \(record.line) has \(record.fields.count) fields, the header \(header.count)")
    }
    self.records = records.map(\.fields)
  }

  /// Number of rows below the header.
  var count: Int { records.count }

  func columnIfThere(_ name: String) -> [String]? { columns[name].map { index in records.map { $0[index] } } }

  func column(_ name: String) throws(DataSetError) -> [String] {
    guard let column = columnIfThere(name) else {
      throw DataSetError(
        file: path, problem: "has no column \(name), only \(columns.keys.sorted().joined(separator: ", "))")
    }
    return column
  }
}

/// Text files of bounded size.
enum FileText {
  static func read(_ path: String, limitBytes: Int) throws(DataSetError) -> String {
    if let problem = FileAccess.problem(reading: path) { throw DataSetError(file: path, problem: problem) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DataSetError(file: path, problem: "is not a file")
    }
    let size = Int(status.st_size)
    guard size <= limitBytes else {
      throw DataSetError(file: path, problem: "has \(size) bytes, at most \(limitBytes) are read")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DataSetError(file: path, problem: FileAccess.problem(reading: path) ?? "cannot be read to its end")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
