import Files
import Foundation
import Interferometry
import RasterIO
import Tables

/// The archive's list of interferograms that ingests rejected, `rejected.csv`: what a sweep can never see, so that
/// `volcsweep why` can name the reason. An ingest replaces the rows of the folders that it read.
public enum RejectionList {
  /// A file that was rejected, and the interferogram it is of.
  public struct Row: Hashable, Sendable {
    /// `20240106_20240118`.
    public let pair: String
    /// The frame that its path names; empty where it names none.
    public let frame: String
    public let file: String
    public let reason: String
  }

  /// The list's name in an archive.
  public static let name = "rejected.csv"

  /// Largest list that is read, bytes; a larger one is begun anew.
  static let sizeLimit = 64 << 20

  /// Writes the list after an ingest; one without rows is removed.
  ///
  /// - Parameters:
  ///   - archive: the folder of stacks.
  ///   - report: the ingest's.
  ///   - inputs: the folders it read. An interrupted one did not look at all of them, so that older rows stay.
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

  /// The rows of an archive's list; none where it has no list.
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

  /// The rows that an interferogram's name may mean: of its dates, and of its frame where both name one.
  ///
  /// - Parameters:
  ///   - name: `volcano_frame_YYYYMMDD_YYYYMMDD`, or part of it that ends in the dates.
  ///   - archive: the folder of stacks.
  /// - Returns: none where no ingest rejected it.
  public static func rows(for name: String, inArchive archive: String) -> [Row] {
    let pair = name.suffix(17)
    let front = name.dropLast(17)
    return rows(inArchive: archive).filter { row in
      row.pair == pair && (row.frame.isEmpty || front.isEmpty || !front.hasFrame || front.contains(row.frame))
    }
  }
}

extension Substring {
  /// Whether a LiCSAR frame's name is part of it.
  fileprivate var hasFrame: Bool {
    let parts = split(separator: "_")
    guard parts.count >= 3 else { return false }
    return (0...(parts.count - 3)).contains { FrameID(parts[$0..<($0 + 3)].joined(separator: "_")) != nil }
  }
}

extension RejectionList.Row {
  /// `nil` for what is no interferogram's file, such as a catalogue.
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
