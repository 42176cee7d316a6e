import Crypto
import Foundation
import Interferometry
import SweepRecords

extension BatchWriter {
  /// Stores the data mask of an outcome that was written.
  func insertMask(of recorded: RecordedOutcome) throws {
    guard let mask = recorded.mask else { return }
    let hash = Array(SHA256.hash(data: mask.bytes))
    let link = try PreparedStatement(
      database,
      "INSERT OR REPLACE INTO interferogram_mask (number, mask) SELECT ?, id FROM data_mask WHERE hash = ?")
    link.bind(1, recorded.number)
    let known = try hash.withUnsafeBytes { bytes in
      link.bind(2, staying: bytes)
      return try link.run() > 0
    }
    guard !known else { return }
    let insert = try PreparedStatement(database, "INSERT INTO data_mask (hash, size, runs) VALUES (?, ?, ?)")
    let runs = BlobCompression.compressed(mask.bytes)
    insert.bind(2, mask.bytes.count)
    try hash.withUnsafeBytes { hash in
      insert.bind(1, staying: hash)
      _ = try runs.withUnsafeBytes { runs in
        insert.bind(3, staying: runs)
        return try insert.run()
      }
      link.bind(1, recorded.number)
      link.bind(2, staying: hash)
      _ = try link.run()
    }
  }
}
