import Crypto
import Foundation
import GRDB
import Interferometry

extension Ledger {
  /// The masks of a volcano's interferograms, as mask number by interferogram number; interferograms may share
  /// a mask. Those recorded before masks were stored, and those whose pixels were never read, are missing.
  ///
  /// - Throws: ``LedgerError``.
  public func maskNumbers(ofVolcano volcano: String) throws -> [Int: Int] {
    try reading { database in
      // A read-only ledger of an older version.
      guard try database.tableExists("interferogram_mask") else { return [:] }
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT interferogram.number, mask FROM stack CROSS JOIN interferogram ON interferogram.stack = stack.id
          JOIN interferogram_mask ON interferogram_mask.number = interferogram.number WHERE stack.volcano = ?
          """, arguments: [volcano])
      var masks: [Int: Int] = [:]
      while let row = try rows.next() { masks[row[0]] = row[1] }
      return masks
    }
  }

  /// SHA-256 of each mask's run lengths, by interferogram number.
  ///
  /// - Throws: ``LedgerError``.
  public func maskHashes(ofVolcano volcano: String) throws -> [Int: Data] {
    try reading { database in
      guard try database.tableExists("interferogram_mask") else { return [:] }
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT interferogram.number, hash FROM stack CROSS JOIN interferogram ON interferogram.stack = stack.id
          JOIN interferogram_mask ON interferogram_mask.number = interferogram.number
          JOIN data_mask ON data_mask.id = mask WHERE stack.volcano = ?
          """, arguments: [volcano])
      var hashes: [Int: Data] = [:]
      while let row = try rows.next() { hashes[row[0]] = row[1] }
      return hashes
    }
  }

  /// Reads a mask.
  ///
  /// - Parameters:
  ///   - mask: a number from ``maskNumbers(ofVolcano:)``.
  ///   - pixelCount: number of pixels of the interferogram.
  /// - Returns: the mask.
  /// - Throws: ``LedgerError``, also for a damaged mask or one of another size.
  public func dataMask(_ mask: Int, pixelCount: Int) throws -> DataMask {
    try reading { database in
      let row = try Row.fetchOne(
        database, sql: "SELECT hash, size, runs FROM data_mask WHERE id = ?", arguments: [mask])
      guard let runs = row.flatMap(Self.runs) else {
        throw LedgerError.damagedRow(path: path, detail: "data mask \(mask) is missing or damaged")
      }
      do {
        return try DataMask(bytes: runs, pixelCount: pixelCount)
      } catch {
        throw LedgerError.damagedRow(path: path, detail: "data mask \(mask): \(error)")
      }
    }
  }

  /// The run lengths of a row of `data_mask`; `nil` if they differ from what was written.
  private static func runs(_ row: Row) -> [UInt8]? {
    guard let hash = Data.fromDatabaseValue(row["hash"] as DatabaseValue),
      let size = Int.fromDatabaseValue(row["size"] as DatabaseValue),
      let compressed = Data.fromDatabaseValue(row["runs"] as DatabaseValue),
      let runs = BlobCompression.expanded([UInt8](compressed), size: size),
      hash.elementsEqual(SHA256.hash(data: runs))
    else { return nil }
    return runs
  }

  /// Interferograms whose mask differs from what was written, in plan order.
  static func outcomesWithDamagedMasks(_ database: Database) throws -> [DamagedOutcome] {
    guard try database.tableExists("interferogram_mask") else { return [] }
    var masks: Set<Int> = []
    let rows = try Row.fetchCursor(database, sql: "SELECT id, hash, size, runs FROM data_mask")
    while let row = try rows.next() {
      if runs(row) == nil { masks.insert(row["id"]) }
    }
    var damaged: [DamagedOutcome] = []
    for mask in masks {
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT interferogram.number, pair, outcome, volcano, frame
          FROM interferogram_mask JOIN interferogram ON interferogram.number = interferogram_mask.number
          LEFT JOIN stack ON stack.id = interferogram.stack WHERE mask = ?
          """, arguments: [mask])
      while let row = try rows.next() { damaged.append(DamagedOutcome(row, mask: mask)) }
    }
    return damaged.sorted { $0.number < $1.number }
  }
}
