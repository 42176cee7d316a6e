import Foundation

/// Every result file of a run.
struct SweepResults {
  /// What the list of all interferograms says of one.
  struct Line: Hashable {
    var outcome: String
    var reason: String
    var maximumProbability: Double
  }

  /// By path inside the folder.
  let files: [String: Data]

  init(folder: URL) throws {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
        continue
      }
      files[name] = try Data(contentsOf: file)
    }
    self.files = files
  }

  /// Names of the files that are not the same bytes in both, or in one only.
  func differences(from other: SweepResults) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }

  /// The list of all interferograms, by name; a name that is there twice ends up in ``repeated``.
  var interferograms: [String: Line] {
    Dictionary(rows.map { ($0.name, $0.line) }, uniquingKeysWith: { first, _ in first })
  }

  /// Names that the list of all interferograms has more than once.
  var repeated: [String] {
    Dictionary(grouping: rows.map(\.name)) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
  }

  /// A list's lines.
  func lines(_ file: String) -> [Substring] {
    String(decoding: files[file] ?? Data(), as: UTF8.self).split(separator: "\n")
  }

  private var rows: [(name: String, line: Line)] {
    lines("interferograms.csv").dropFirst().map { row in
      let fields = Self.fields(row)
      return (
        fields[0],
        Line(outcome: fields[1], reason: fields[2], maximumProbability: Double(fields[8]) ?? -1)
      )
    }
  }

  /// The fields of a line, some of them in quotes.
  private static func fields(_ row: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in row {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
