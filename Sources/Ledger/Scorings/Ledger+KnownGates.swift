import Foundation
import GRDB
import SweepRecords

extension Ledger {
  /// Gate results of open interferograms from scorings with the same patches, by number.
  public func knownGates() throws -> [Int: KnownGate] {
    guard let identity = try identity() else { return [:] }
    let scorings = try earlierScorings().filter { $0.identity.hasPatches(of: identity) }.map(\.number)
    guard !scorings.isEmpty else { return [:] }
    return try reading { database in
      // SQLite returns the other columns from the row with the maximum.
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT earlier_result.number, max(scoring), patch_probabilities, no_data_share, mean_coherence
          FROM earlier_result JOIN interferogram USING (number)
          WHERE interferogram.outcome = 0 AND earlier_result.outcome = 1
            AND scoring IN (\(scorings.map(String.init).joined(separator: ", ")))
            -- A gate's result for other pixels does not apply to these. The pixels of a returned interferogram are known to
            -- be the same if its activations were kept.
            AND scoring > coalesce((
              SELECT max(input_change.scoring) FROM input_change
              WHERE input_change.number = earlier_result.number AND (kind IN (1, 5) OR kind = 4 AND NOT EXISTS (
                SELECT 1 FROM activation WHERE activation.number = earlier_result.number))), 0)
          GROUP BY earlier_result.number
          """)
      var gates: [Int: KnownGate] = [:]
      while let row = try rows.next() {
        guard let probabilities: Data = row["patch_probabilities"], let fraction: Double = row["no_data_share"]
        else {
          continue
        }
        gates[row["number"]] = KnownGate(
          keptPatches: Self.kept(probabilities), noDataShare: Float(fraction),
          meanCoherence: (row["mean_coherence"] as Double?).map { Float($0) })
      }
      return gates
    }
  }

  /// Patches that the gate rejected have the probability NaN.
  private static func kept(_ probabilities: Data) -> Data {
    let count = probabilities.count / 4
    var bits = Data(count: (count + 7) / 8)
    probabilities.withUnsafeBytes { bytes in
      for patch in 0..<count where !bytes.loadUnaligned(fromByteOffset: 4 * patch, as: Float.self).isNaN {
        bits[patch / 8] |= 1 << UInt8(patch % 8)
      }
    }
    return bits
  }
}
