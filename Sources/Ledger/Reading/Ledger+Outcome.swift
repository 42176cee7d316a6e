import Foundation
import GRDB
import Interferometry

extension Ledger {
  /// The outcome of one interferogram and the kind of machine it came from, to hold later results of it against.
  ///
  /// - Parameter number: the interferogram's in the plan.
  /// - Returns: `nil` while it has none, or where what is stored is damaged; the kind is `nil` where no worker brought it, or one of the time before kinds
  ///   were kept.
  /// - Throws: ``LedgerError``.
  public func outcome(ofInterferogram number: Int) throws -> (outcome: Outcome, kind: MachineKind?)? {
    try reading { database in
      let hasChecksums = try Self.hasChecksums(database)
      let statement = try database.cachedStatement(
        sql: """
          SELECT interferogram.*, execution.epoch, score.*, \(hasChecksums ? "checksum, " : "")
            processor, blas_kernel, plan_hash
          FROM interferogram
          LEFT JOIN score ON score.number = interferogram.number
          LEFT JOIN execution ON execution.number = interferogram.number
          \(Self.checksumJoin(hasChecksums))
          LEFT JOIN worker ON worker.epoch = execution.epoch AND worker.number = execution.worker
          LEFT JOIN machine_kind ON machine_kind.id = worker.kind
          WHERE interferogram.number = ?
          """)
      let row = try Row.fetchOne(statement, arguments: [number])
      guard let row, !hasChecksums || OutcomeChecksum.isIntact(row),
        let outcome = try Self.outcome(from: row, "interferogram \(number)", path: path)
      else {
        return nil
      }
      return (outcome, MachineKind(row))
    }
  }

  /// The outcome in a row of `interferogram` joined with `score`; `nil` while there is none.
  static func outcome(from row: Row, _ name: String, path: String) throws -> Outcome? {
    switch row["outcome"] as Int {
    case 0: return nil
    case 2: return .rejected(reason: row["reason"] ?? "unknown")
    case 3: return .quarantined(reason: row["reason"] ?? "unknown")
    case 4: return .unreadable(reason: row["reason"] ?? ReadingTrouble.earlier.description)
    default: break
    }
    func number<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
      guard let value = Value.fromDatabaseValue(row[column] as DatabaseValue) else {
        throw LedgerError.damagedRow(path: path, detail: "\(name) is scored but its \(column) is none")
      }
      return value
    }
    let blob = Data.fromDatabaseValue(row["patch_probabilities"] as DatabaseValue)
    let rows = Int.fromDatabaseValue(row["patch_rows"] as DatabaseValue)
    let columns = Int.fromDatabaseValue(row["patch_columns"] as DatabaseValue)
    let sides = 0...1 << 24
    guard let blob, let rows, let columns, sides.contains(rows), sides.contains(columns),
      blob.count == rows * columns * 4
    else {
      throw LedgerError.damagedRow(path: path, detail: "\(name) is scored but its score is missing or cut short")
    }
    let probabilities = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      count = rows * columns
      _ = blob.copyBytes(to: buffer)
    }
    return .scored(
      DetectionResult(
        patchProbabilities: probabilities, patchRows: rows, patchColumns: columns,
        maximumProbability: Float(try number("maximum_probability") as Double), row: try number("peak_row"),
        column: try number("peak_column"), latitudeDegrees: try number("latitude"),
        longitudeDegrees: try number("longitude"), pixelsAbove05: try number("pixels_above_05"),
        pixelsAbove08: try number("pixels_above_08"), keptPatches: try number("kept_patches"),
        noDataShare: Float(try number("no_data_share") as Double),
        meanCoherence: Double.fromDatabaseValue(row["mean_coherence"] as DatabaseValue).map { Float($0) },
        box: box(from: row)))
  }

  /// `nil` where there is none; ledgers of older versions, which are read as they are, have no columns for it.
  private static func box(from row: Row) -> PixelBox? {
    func value(_ column: String) -> Float? {
      (row[column] as DatabaseValue?).flatMap { Double.fromDatabaseValue($0) }.map { Float($0) }
    }
    guard let centreRow = value("box_row"), let centreColumn = value("box_column"),
      let halfHeight = value("box_half_height"), let halfWidth = value("box_half_width")
    else { return nil }
    return PixelBox(
      centreRow: centreRow, centreColumn: centreColumn, halfHeight: halfHeight, halfWidth: halfWidth)
  }
}
