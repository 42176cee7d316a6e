import Foundation
import GRDB
import Interferometry

/// A column of the tables `score` and `earlier_result`, declared once for writing, reading and the checksum.
/// Append new ones, with a migration that adds them to both tables.
struct ScoreColumn: Sendable {
  /// What a column holds.
  enum Value {
    case null
    case integer(Int)
    case real(Double)
    /// float32 little-endian, row-major.
    case floats([Float])
    case bytes([UInt8])
  }

  let name: String
  /// The value to write for a result.
  let value: @Sendable (DetectionResult) -> Value
  /// Stores a value read into a result; false if the column cannot contain it.
  let take: @Sendable (DatabaseValue?, inout DetectionResult) -> Bool

  /// In the order of the table, after `number`.
  static let all = first + added

  /// Columns of every ledger that has checksums.
  static let first: [ScoreColumn] = [
    real("maximum_probability", \.maximumProbability),
    integer("peak_row", \.row),
    integer("peak_column", \.column),
    degrees("latitude", \.latitudeDegrees),
    degrees("longitude", \.longitudeDegrees),
    integer("pixels_above_05", \.pixelsAbove05),
    integer("pixels_above_08", \.pixelsAbove08),
    integer("kept_patches", \.keptPatches),
    real("no_data_share", \.noDataShare),
    realOrNone("mean_coherence", \.meanCoherence),
    integer("patch_rows", \.patchRows),
    integer("patch_columns", \.patchColumns),
    floats("patch_probabilities", \.patchProbabilities),
    ofBox("box_row", \.centreRow),
    ofBox("box_column", \.centreColumn),
    ofBox("box_half_height", \.halfHeight),
    ofBox("box_half_width", \.halfWidth),
  ]

  /// Columns that older ledgers lack. Checksums leave them out where each has the value of such a ledger's rows.
  static let added: [ScoreColumn] = [
    ofScale("peak_scale", \.peakScale),
    ofSourceMap("source_map", \.sourceMap),
    ofEmbedding("embedding", \.embedding),
  ]

  /// The columns' names, separated by commas.
  static let names = all.map(\.name).joined(separator: ", ")
  /// The names of ``first``.
  static let firstNames = first.map(\.name).joined(separator: ", ")

  typealias Field<Content> = WritableKeyPath<DetectionResult, Content> & Sendable

  private static func integer(_ name: String, _ field: Field<Int>) -> ScoreColumn {
    ScoreColumn(name: name, value: { .integer($0[keyPath: field]) }) { stored, result in
      guard let value = stored.flatMap(Int.fromDatabaseValue) else { return false }
      result[keyPath: field] = value
      return true
    }
  }

  private static func degrees(_ name: String, _ field: Field<Double>) -> ScoreColumn {
    ScoreColumn(name: name, value: { .real($0[keyPath: field]) }) { stored, result in
      guard let value = stored.flatMap(Double.fromDatabaseValue) else { return false }
      result[keyPath: field] = value
      return true
    }
  }

  private static func real(_ name: String, _ field: Field<Float>) -> ScoreColumn {
    ScoreColumn(name: name, value: { .real(Double($0[keyPath: field])) }) { stored, result in
      guard let value = stored.flatMap(Double.fromDatabaseValue) else { return false }
      result[keyPath: field] = Float(value)
      return true
    }
  }

  private static func realOrNone(_ name: String, _ field: Field<Float?>) -> ScoreColumn {
    ScoreColumn(name: name, value: { $0[keyPath: field].map { .real(Double($0)) } ?? .null }) { stored, result in
      result[keyPath: field] = stored.flatMap(Double.fromDatabaseValue).map { Float($0) }
      return true
    }
  }

  private static func floats(_ name: String, _ field: Field<[Float]>) -> ScoreColumn {
    ScoreColumn(name: name, value: { .floats($0[keyPath: field]) }) { stored, result in
      guard let bytes = stored.flatMap(Data.fromDatabaseValue), bytes.count % 4 == 0 else { return false }
      result[keyPath: field] = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        count = bytes.copyBytes(to: buffer) / 4
      }
      return true
    }
  }

  /// One edge of the box. All four are absent if one is missing, as in read-only ledgers of older versions.
  private static func ofBox(_ name: String, _ field: WritableKeyPath<PixelBox, Float> & Sendable) -> ScoreColumn {
    let isFirst = name == "box_row"
    return ScoreColumn(name: name, value: { $0.box.map { .real(Double($0[keyPath: field])) } ?? .null }) {
      stored, result in
      guard let value = stored.flatMap(Double.fromDatabaseValue) else {
        result.box = nil
        return true
      }
      if isFirst { result.box = PixelBox(centreRow: 0, centreColumn: 0, halfHeight: 0, halfWidth: 0) }
      result.box?[keyPath: field] = Float(value)
      return true
    }
  }
}

extension DetectionResult {
  /// An empty result, to be filled column by column.
  static var unread: DetectionResult {
    DetectionResult(
      patchProbabilities: [], patchRows: 0, patchColumns: 0, maximumProbability: .nan, row: 0, column: 0,
      latitudeDegrees: .nan, longitudeDegrees: .nan, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 0,
      noDataShare: .nan, meanCoherence: nil)
  }
}
