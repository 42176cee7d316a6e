import Files
import Foundation
import Interferometry
import RasterIO
import Tables

/// The list of rejected interferograms of an archive, `rejected.csv`, from which `volcsweep why` reports the
/// reason. An ingest replaces the rows of the folders that it read.
public enum RejectionList {
  /// A rejected file and its interferogram.
  public struct Row: Hashable, Sendable {
    /// Dates of the pair, such as `20240106_20240118`.
    public let pair: String
    /// Name of the frame in the file's path; empty if there is none.
    public let frame: String
    /// Path of the file.
    public let file: String
    /// Why it was rejected, for the user.
    public let reason: String
  }

  /// Name of the list in the archive folder.
  public static let name = "rejected.csv"

  /// Largest list that is read, bytes; a larger one is replaced.
  static let sizeLimit = 64 << 20

  /// Updates the list after an ingest; an empty list is removed.
  ///
  /// - Parameters:
  ///   - archive: Folder of the stacks.
  ///   - report: Report of the ingest.
  ///   - inputs: Folders that the ingest read. An interrupted ingest did not read all of them, so older rows
  ///     are kept.
  /// - Throws: `FileError`.
  static func update(archive: URL, report: IngestReport, inputs: [String]) throws {
    let path = archive.appendingPathComponent(name).path
    let folders = inputs.map { URL(fileURLWithPath: $0).standardizedFileURL.path + "/" }
    let now = report.rejected.compactMap(Row.init)
    let files = Set(now.map(\.file))
    let before = rows(inArchive: archive.path).filter { row in
      !files.contains(row.file)
        && (report.isInterrupted || !folders.contains { row.file.hasPrefix($0) })
    }
    var seen = Set<Row>()
    let rows = (before + now).filter { seen.insert($0).inserted }.sorted {
      ($0.file, $0.reason) < ($1.file, $1.reason)
    }
    guard !rows.isEmpty else {
      unlink(path)
      return
    }
    var table = CommaSeparatedTable(header: ["pair", "frame", "file", "reason"])
    for row in rows { table.append([row.pair, row.frame, row.file, row.reason]) }
    try AtomicFile.replace(path, with: Array(table.text.utf8))
  }

  /// The rows of an archive's list; empty if there is no list.
  public static func rows(inArchive archive: String) -> [Row] {
    let path = "\(archive)/\(name)"
    guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int, size <= sizeLimit,
      let data = FileManager.default.contents(atPath: path)
    else { return [] }
    return SeparatedValues.records(in: String(decoding: data, as: UTF8.self), separator: ",").dropFirst()
      .compactMap { record in
        guard record.fields.count == 4 else { return nil }
        return Row(
          pair: record.fields[0], frame: record.fields[1], file: record.fields[2], reason: record.fields[3])
      }
  }

  /// The rows that match the name of an interferogram: same dates, and same frame if both give one.
  ///
  /// - Parameters:
  ///   - name: `volcano_frame_YYYYMMDD_YYYYMMDD`, or a final part of it that includes the dates.
  ///   - archive: Folder of the stacks.
  /// - Returns: empty if no ingest rejected it.
  public static func rows(for name: String, inArchive archive: String) -> [Row] {
    let pair = name.suffix(17)
    let front = name.dropLast(17)
    return rows(inArchive: archive).filter { row in
      row.pair == pair && (row.frame.isEmpty || front.isEmpty || !front.hasFrame || front.contains(row.frame))
    }
  }
}

extension Substring {
  /// Whether it contains the name of a LiCSAR frame.
  fileprivate var hasFrame: Bool {
    let parts = split(separator: "_")
    guard parts.count >= 3 else { return false }
    return (0...(parts.count - 3)).contains { FrameID(parts[$0..<($0 + 3)].joined(separator: "_")) != nil }
  }
}

extension RejectionList.Row {
  /// `nil` if the file is not of an interferogram, such as a catalogue.
  init?(_ rejection: IngestReport.Rejection) {
    let components = rejection.file.split(separator: "/")
    let dates = components.reversed().lazy.compactMap { component -> String? in
      let stem = component.split(separator: ".", maxSplits: 1).first ?? ""
      let parts = stem.split(separator: "_").suffix(2)
      guard parts.count == 2,
        parts.allSatisfy({ $0.utf8.count == 8 && $0.utf8.allSatisfy { (48...57).contains($0) } })
      else { return nil }
      return parts.joined(separator: "_")
    }.first
    guard let dates else { return nil }
    let frame = components.reversed().lazy.compactMap { component -> String? in
      let parts = component.split(separator: "_", omittingEmptySubsequences: false)
      return FrameID(parts.suffix(3).joined(separator: "_"))?.name
    }.first
    self.init(pair: dates, frame: frame ?? "", file: rejection.file, reason: rejection.reason)
  }
}
