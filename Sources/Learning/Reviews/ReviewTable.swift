import Foundation
import Interferometry
import Names
import Tables

/// Reviews as comma-separated values: elements of lists are separated by semicolons, polygons are a JSON
/// list.
public enum ReviewTable {
  static let header = [
    "uniqueID", "volcano", "frameID", "primary_date", "secondary_date", "corrupted", "processing_error",
    "glacier_fringes", "orbital_fringes", "atmospheric_fringes", "low_coherence", "no_info", "image_artifacts",
    "label", "activity_type", "intensity_level", "phase", "confidence", "segmentation_mask", "is_crowd", "caption",
    "reviewer", "time",
  ]

  /// The table of reviews, with a header line.
  public static func text(of documents: [ReviewDocument]) throws -> String {
    var table = CommaSeparatedTable(header: header, holdsParagraphs: true)
    for document in documents {
      let (entry, one) = (document.annotation, document.annotation.annotation)
      func flag(_ value: Bool) -> String { value ? "1" : "0" }
      func list(_ values: [some RawRepresentable<String>]) -> String {
        values.map(\.rawValue).joined(separator: ";")
      }
      table.append([
        String(entry.uniqueID), document.volcano ?? "", entry.frame, entry.pair.primary.description,
        entry.pair.secondary.description, flag(one.isCorrupted), String(one.processingError),
        String(one.glacierFringes), String(one.orbitalFringes), String(one.atmosphericFringes),
        flag(one.hasLowCoherence), flag(one.hasNoInformation), flag(one.hasImageArtifacts), list(one.labels),
        list(one.activityTypes), list(one.intensities), one.phase.rawValue, String(one.confidence),
        String(decoding: try JSONEncoder().encode(one.polygons), as: UTF8.self), flag(one.isCrowd), one.caption,
        document.reviewer ?? "", document.time.map(Timestamp.text) ?? "",
      ])
    }
    return table.text
  }

  /// Reads a table of reviews.
  ///
  /// - Throws: ``DataSetError`` naming the row and column.
  public static func read(_ path: String) throws(DataSetError) -> [ReviewDocument] {
    let table = try NamedColumns(contentsOf: path)
    var columns: [String: [String]] = [:]
    for name in header { columns[name] = try table.columnIfThere(name) }
    var documents: [ReviewDocument] = []
    for row in 0..<table.count {
      documents.append(try document(columns, row: row, line: table.line(ofRow: row), file: path))
    }
    return documents
  }

  private static func document(
    _ columns: [String: [String]], row: Int, line: Int, file: String
  ) throws(DataSetError) -> ReviewDocument {
    // Normalised as on export: files from other programs may hold invisible characters.
    func field(_ name: String) -> String { VisibleText.paragraph(columns[name]?[row] ?? "") }
    func wrong(_ name: String, _ expected: String) -> DataSetError {
      DataSetError(
        file: file,
        problem: "review \(row + 1) (line \(line)) has \(name) “\(VisibleText.line(field(name), limit: 80))”, "
          + "expected \(expected)")
    }
    func number(_ name: String) throws(DataSetError) -> Int {
      if field(name).isEmpty { return 0 }
      guard let number = NumberText.whole(field(name)) else { throw wrong(name, "a whole number") }
      return number
    }
    func flag(_ name: String) throws(DataSetError) -> Bool {
      if field(name).isEmpty { return false }
      guard let flag = NumberText.flag(field(name)) else { throw wrong(name, "0 or 1") }
      return flag
    }
    func list<Value: RawRepresentable<String> & CaseIterable>(
      _ name: String, _ type: Value.Type
    ) throws(DataSetError) -> [Value] {
      var values: [Value] = []
      for part in field(name).split(separator: ";") {
        guard let value = Value(rawValue: String(part)) else {
          throw wrong(name, Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        values.append(value)
      }
      return values
    }
    func date(_ name: String) throws(DataSetError) -> AcquisitionDate {
      // Spreadsheet programs turn 20180529 into 20180529.0, and people write 2018-05-29.
      let digits = NumberText.whole(field(name)).map { String($0) } ?? field(name).replacing("-", with: "")
      guard let date = AcquisitionDate(digits) else {
        throw wrong(name, "a date as YYYYMMDD, which a spreadsheet program must hold as text")
      }
      return date
    }
    let pair = DatePair(primary: try date("primary_date"), secondary: try date("secondary_date"))
    guard PathComponent.problem(field("frameID")) == nil else { throw wrong("frameID", "a frame") }
    var one = Annotation()
    one.isCorrupted = try flag("corrupted")
    one.processingError = try number("processing_error")
    one.glacierFringes = try number("glacier_fringes")
    one.orbitalFringes = try number("orbital_fringes")
    one.atmosphericFringes = try number("atmospheric_fringes")
    one.hasLowCoherence = try flag("low_coherence")
    one.hasNoInformation = try flag("no_info")
    one.hasImageArtifacts = try flag("image_artifacts")
    one.labels = try list("label", AnnotationLabel.self)
    guard !one.labels.isEmpty else { throw wrong("label", "at least one label") }
    one.activityTypes = try list("activity_type", ActivityType.self)
    one.intensities = try list("intensity_level", IntensityLevel.self)
    if !field("phase").isEmpty {
      guard let phase = ActivityPhase(rawValue: field("phase")) else {
        throw wrong("phase", "Rest, Unrest or Rebound")
      }
      one.phase = phase
    }
    if !field("confidence").isEmpty {
      guard let confidence = NumberText.number(field("confidence")), (0...1).contains(confidence) else {
        throw wrong("confidence", "a number from 0 to 1")
      }
      one.confidence = confidence
    }
    if !field("segmentation_mask").isEmpty {
      guard
        let polygons = try? JSONDecoder().decode([[Double]].self, from: Data(field("segmentation_mask").utf8))
      else { throw wrong("segmentation_mask", "a JSON list of polygons") }
      one.polygons = polygons
    }
    one.isCrowd = try flag("is_crowd")
    one.caption = field("caption")
    var time: Int64?
    if !field("time").isEmpty {
      guard let milliseconds = Timestamp.milliseconds(field("time")) else {
        throw wrong("time", "a time such as 2026-05-04T10:00:00.000Z")
      }
      time = milliseconds
    }
    return ReviewDocument(
      annotation: HephaestusAnnotation(
        uniqueID: try number("uniqueID"), frame: field("frameID"), pair: pair, annotation: one),
      volcano: field("volcano").isEmpty ? nil : field("volcano"),
      reviewer: field("reviewer").isEmpty ? nil : field("reviewer"), time: time)
  }
}
