import FileReasons
import Foundation
import Tables

/// A table file whose first line names its columns, in any form that a spreadsheet program saves; see
/// `NamedTable`.
struct NamedColumns {
  /// Largest file that is read, bytes.
  static let sizeLimit = 256 << 20

  let path: String
  private let table: NamedTable

  init(contentsOf path: String) throws(DataSetError) {
    let text = try FileText.read(path, limitBytes: Self.sizeLimit)
    do {
      table = try NamedTable(text)
    } catch {
      throw DataSetError(file: path, problem: "\(error)")
    }
    self.path = path
  }

  /// Number of rows below the header.
  var count: Int { table.count }

  /// The line of the file on which a row begins.
  func line(ofRow row: Int) -> Int { table.lines[row] }

  func columnIfThere(_ name: String) throws(DataSetError) -> [String]? {
    do {
      return try table.column(name)
    } catch {
      throw DataSetError(file: path, problem: "\(error)")
    }
  }

  func column(_ name: String) throws(DataSetError) -> [String] {
    guard let column = try columnIfThere(name) else {
      throw DataSetError(
        file: path, problem: "has no column \(name), only \(table.names.sorted().joined(separator: ", "))")
    }
    return column
  }
}

/// Text files of bounded size, in any encoding that `TextDecoding` knows.
enum FileText {
  static func read(_ path: String, limitBytes: Int) throws(DataSetError) -> String {
    if let problem = FileAccess.problem(naming: path) { throw DataSetError(file: path, problem: problem) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DataSetError(file: path, problem: "is not a file")
    }
    let size = Int(status.st_size)
    guard size <= limitBytes else {
      throw DataSetError(file: path, problem: "has \(size) bytes, at most \(limitBytes) are read")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw DataSetError(file: path, problem: "cannot be read: \(SystemReason.reason(error))")
    }
    switch ForeignContent(start: data.prefix(512)) {
    case nil, .empty?, .xml?, .json?: return TextDecoding.text(of: data)
    case let foreign?: throw DataSetError(file: path, problem: foreign.remedy(insteadOf: "a text file"))
    }
  }
}
