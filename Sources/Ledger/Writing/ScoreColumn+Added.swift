import Foundation
import GRDB
import Interferometry

extension ScoreColumn {
  /// A number of pixels, 1 in rows from before the column existed.
  static func ofScale(_ name: String, _ field: Field<Int>) -> ScoreColumn {
    ScoreColumn(name: name, value: { .integer($0[keyPath: field]) }) { stored, result in
      guard let stored, !stored.isNull else {
        result[keyPath: field] = 1
        return true
      }
      guard let value = Int.fromDatabaseValue(stored), value > 0 else { return false }
      result[keyPath: field] = value
      return true
    }
  }

  /// Rows and columns, uint16 little-endian each, then the cells compressed by zlib; NULL without a map.
  static func ofSourceMap(_ name: String, _ field: Field<SourceMap?>) -> ScoreColumn {
    ScoreColumn(name: name, value: { $0[keyPath: field].map { .bytes(bytes(of: $0)) } ?? .null }) {
      stored, result in
      guard let stored, !stored.isNull else {
        result[keyPath: field] = nil
        return true
      }
      guard let bytes = Data.fromDatabaseValue(stored), let map = sourceMap([UInt8](bytes)) else { return false }
      result[keyPath: field] = map
      return true
    }
  }

  /// Half precision, little-endian; NULL without an embedding.
  static func ofEmbedding(_ name: String, _ field: Field<[Float]>) -> ScoreColumn {
    ScoreColumn(
      name: name,
      value: { result in
        let numbers = result[keyPath: field]
        return numbers.isEmpty
          ? .null : .bytes(HalfPrecisionNumbers.rounded(numbers).flatMap { littleEndian($0) })
      }
    ) { stored, result in
      guard let stored, !stored.isNull else {
        result[keyPath: field] = []
        return true
      }
      guard let bytes = Data.fromDatabaseValue(stored).map({ [UInt8]($0) }), bytes.count % 2 == 0,
        (1...DetectionResult.longestEmbedding).contains(bytes.count / 2)
      else { return false }
      let numbers = HalfPrecisionNumbers.values(
        stride(from: 0, to: bytes.count, by: 2).map { number(bytes, at: $0) })
      guard numbers.allSatisfy(\.isFinite) else { return false }
      result[keyPath: field] = numbers
      return true
    }
  }

  private static func bytes(of map: SourceMap) -> [UInt8] {
    littleEndian(UInt16(clamping: map.rows)) + littleEndian(UInt16(clamping: map.columns))
      + BlobCompression.compressed(map.values)
  }

  /// - Returns: `nil` for a truncated or damaged blob.
  private static func sourceMap(_ bytes: [UInt8]) -> SourceMap? {
    guard bytes.count > 4 else { return nil }
    let (rows, columns) = (Int(number(bytes, at: 0)), Int(number(bytes, at: 2)))
    guard max(rows, columns) <= SourceMap.longestSide,
      let values = BlobCompression.expanded(Array(bytes[4...]), size: rows * columns)
    else { return nil }
    return SourceMap(rows: rows, columns: columns, values: values)
  }

  private static func littleEndian(_ number: UInt16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
  }

  private static func number(_ bytes: [UInt8], at place: Int) -> UInt16 {
    UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
  }
}
