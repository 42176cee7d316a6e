import FileReasons
import Files
import Foundation
import Interferometry
import Ledger
import Names

/// Exports the reviews of a run to files and imports them.
public enum ReviewExchange {
  /// Result of an import.
  public struct Report: Sendable {
    /// Reviews added to the run.
    public var added = 0
    /// Reviews that the run already had.
    public var known = 0
    /// Reviews of interferograms that the run does not have.
    public var strangers: [String] = []
    /// Reviews of deforming interferograms that do not name the volcano, although the frame has several.
    public var unclear: [String] = []
  }

  /// All reviews of a run, numbered in the order in which they were added.
  public static func documents(of ledger: Ledger) throws -> [ReviewDocument] {
    try ledger.reviews().map { ReviewDocument($0.review, uniqueID: $0.sequence) }
  }

  /// Writes each review to a JSON file named after its number.
  ///
  /// - Throws: errors of the file system.
  public static func write(_ documents: [ReviewDocument], toFolder folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for document in documents {
      let file = URL(filePath: folder).appending(path: "\(document.annotation.uniqueID).json")
      try AtomicFile.replace(file.path, with: document.json())
    }
  }

  /// Reads a `.csv`, a `.json` of one or more reviews, or a folder of such `.json` files.
  ///
  /// - Throws: ``DataSetError``.
  public static func read(_ path: String) throws -> [ReviewDocument] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if let problem = FileAccess.problem(naming: path) {
      throw DataSetError(file: path, problem: "\(problem); expected a .csv, a .json or a folder of .json files")
    }
    if !isFolder.boolValue, path.hasSuffix(".csv") { return try ReviewTable.read(path) }
    let files =
      isFolder.boolValue
      ? try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }
        .sorted { ($0.count, $0) < ($1.count, $1) }.map { "\(path)/\($0)" } : [path]
    return try files.flatMap { file -> [ReviewDocument] in
      let text = try FileText.read(file, limitBytes: 256 << 20)
      return try ReviewDocument.read(json: Data(text.utf8), file: file)
    }
  }

  /// Identity of a review: reviewer, interferogram and annotation. The time is not part of it, because files
  /// need not give it and importing a file twice must add nothing.
  private struct Said: Hashable {
    let interferogram: InterferogramID
    let reviewer: String
    let annotation: Annotation

    init(_ review: Review) {
      (interferogram, reviewer, annotation) = (review.interferogram, review.reviewer, review.annotation)
    }
  }

  /// Adds reviews to a run. A review without a volcano covers a whole frame: if it reports no deformation, it
  /// applies to all volcanoes of the frame; otherwise only if the run has one volcano there.
  ///
  /// - Parameters:
  ///   - documents: The reviews.
  ///   - ledger: The run's ledger, opened for writing.
  ///   - reviewer: Reviewer of documents that name none.
  ///   - time: Time of documents that give none, milliseconds since 1970.
  /// - Throws: `LedgerError`; then no review is added.
  /// - Returns: the result of the import.
  public static func add(
    _ documents: [ReviewDocument], to ledger: Ledger, reviewer: String, time: Int64
  ) throws -> Report {
    var report = Report()
    var byName: [String: [InterferogramID]] = [:]
    for volcano in try ledger.volcanoes() {
      for interferogram in try ledger.interferograms(ofVolcano: volcano) {
        byName["\(interferogram.id.frame)_\(interferogram.id.pair)", default: []].append(interferogram.id)
      }
    }
    var reviews: [Review] = []
    for document in documents {
      let entry = document.annotation
      let name = "\(entry.frame)_\(entry.pair)"
      let targets = (byName[name] ?? []).filter { document.volcano == nil || $0.volcano == document.volcano }
      if targets.isEmpty {
        report.strangers.append(document.volcano.map { "\($0)_\(name)" } ?? name)
      } else if targets.count > 1 && entry.annotation.deforms {
        report.unclear.append(name)
      } else {
        var annotation = entry.annotation
        annotation.caption = VisibleText.paragraph(annotation.caption)
        reviews += targets.map {
          Review(
            interferogram: $0, reviewer: VisibleText.line(document.reviewer ?? reviewer, limit: 200),
            time: document.time ?? time, annotation: annotation)
        }
      }
    }
    let known = Set(try ledger.reviews().map { Said($0.review) })
    let new = reviews.filter { !known.contains(Said($0)) }
    let added = try ledger.add(new)
    report.added = added.added
    report.known = added.known + reviews.count - new.count
    report.strangers += added.unknown.map(\.description)
    return report
  }
}
