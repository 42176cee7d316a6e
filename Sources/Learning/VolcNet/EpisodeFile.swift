import Foundation
import Interferometry

/// VolcNet's episodes of one time series: sections `[persistent_deformation_00]` or
/// `[transient_deformation_00]` of lines `key = value`. An empty file means no deformation.
public enum EpisodeFile {
  /// Largest file that is read, bytes.
  public static let sizeLimit = 1 << 20

  /// Reads a file.
  ///
  /// - Throws: ``DataSetError`` naming the line.
  public static func read(_ path: String) throws(DataSetError) -> [DeformationEpisode] {
    guard !path.hasSuffix(".pkl"), !path.hasSuffix(".pickle") else {
      throw DataSetError(
        file: path,
        problem:
          "is a Python pickle, which is never opened because it can run code; pass the .txt file of the episodes")
    }
    return try parse(try FileText.read(path, limitBytes: sizeLimit), file: path)
  }

  /// Parses the content of a file; `file` is its name for errors.
  ///
  /// - Throws: ``DataSetError`` naming the line.
  package static func parse(_ text: String, file: String) throws(DataSetError) -> [DeformationEpisode] {
    var episodes: [DeformationEpisode] = []
    var section: Section?
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("[") {
        if let section { episodes.append(try section.episode(file)) }
        section = try Section(header: trimmed, line: number, file: file)
        continue
      }
      let parts = trimmed.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, section != nil else {
        throw DataSetError(file: file, problem: "line \(number) is “\(trimmed.prefix(80))”, expected key = value")
      }
      section?.values[parts[0]] = parts[1]
    }
    if let section { episodes.append(try section.episode(file)) }
    return episodes
  }

  private struct Section {
    let isPersistent: Bool
    let line: Int
    var values: [String: String] = [:]

    init(header: String, line: Int, file: String) throws(DataSetError) {
      let name = header.dropFirst().prefix { $0 != "]" }
      self.line = line
      if name.hasPrefix("persistent_deformation") {
        isPersistent = true
      } else if name.hasPrefix("transient_deformation") {
        isPersistent = false
      } else {
        throw DataSetError(
          file: file, problem: "line \(line) is \(header), expected persistent_deformation or transient_deformation"
        )
      }
    }

    func episode(_ file: String) throws(DataSetError) -> DeformationEpisode {
      func fail(_ key: String, _ expected: String) -> DataSetError {
        DataSetError(
          file: file, problem: "the section in line \(line) has \(key) “\(values[key] ?? "")”, expected \(expected)"
        )
      }
      func date(_ key: String) throws(DataSetError) -> AcquisitionDate {
        guard let date = AcquisitionDate(values[key] ?? "") else { throw fail(key, "YYYYMMDD") }
        return date
      }
      func number(_ key: String) throws(DataSetError) -> Double {
        guard let number = Double(values[key] ?? ""), abs(number) <= 1000 else {
          throw fail(key, "metres from −1000 to 1000")
        }
        return number
      }
      let (start, stop) = (try date("def_episode_start"), try date("def_episode_stop"))
      guard start <= stop else { throw fail("def_episode_stop", "a date not before \(start)") }
      guard let source = values["source"], !source.isEmpty else { throw fail("source", "such as sill or dyke") }
      guard let polygon = Self.polygon(values["def_polygon"] ?? "") else {
        throw fail("def_polygon", "[(longitude, latitude), …] of at least three corners")
      }
      return DeformationEpisode(
        motion: isPersistent
          ? .persistent(metresPerYear: try number("def_rate")) : .transient(metres: try number("def_magnitude")),
        start: start, stop: stop, source: source, polygon: polygon)
    }

    private static func polygon(_ text: String) -> [GroundPoint]? {
      let inner = text.filter { !$0.isWhitespace }
      guard inner.hasPrefix("[("), inner.hasSuffix(")]") else { return nil }
      var points: [GroundPoint] = []
      for part in inner.dropFirst(2).dropLast(2).replacing("),(", with: ";").split(separator: ";") {
        let numbers = part.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard numbers.count == 2, abs(numbers[0]) <= 360, abs(numbers[1]) <= 90 else { return nil }
        points.append(GroundPoint(longitudeDegrees: numbers[0], latitudeDegrees: numbers[1]))
      }
      return points.count >= 3 ? points : nil
    }
  }
}
