import Hashing
import Interferometry

/// A checksum over an interferogram's outcome as stored, which detects bits that flip on disk or in memory. It
/// is 64-bit FNV-1a, so any change of a single byte is detected; it does not protect against deliberate edits.
///
/// It covers, in this order: the interferogram's number, the number of its stack, its dates, the outcome and its
/// reason, the epoch of the coordinator that wrote it, and the columns of the table `score` in the order of
/// ``ScoreColumn/all`` (NULL for what is not scored). The columns ``ScoreColumn/added`` are left out where the scale
/// of the peak is 1 and the others are NULL, so that checksums of older ledgers stay valid. Each value is a byte for
/// its type, then its content:
///
///     0  NULL
///     1  an integer: 8 bytes, little-endian
///     2  a real: the 8 bytes of its IEEE 754 form, little-endian; −0 counts as 0, as SQLite stores it
///     3  a text: its length in bytes as 8 bytes, little-endian, then its UTF-8 bytes
///     4  a blob: likewise
struct OutcomeChecksum {
  private var hash = FNV1a()

  /// The form in which the ledger stores it.
  var value: Int64 { Int64(bitPattern: hash.value) }

  mutating func addNull() { add(byte: 0) }

  mutating func add(_ integer: Int64) {
    add(byte: 1)
    add(bits: UInt64(bitPattern: integer))
  }

  mutating func add(_ integer: Int) { add(Int64(integer)) }

  mutating func add(_ real: Double) {
    add(byte: 2)
    add(bits: (real == 0 ? 0 : real).bitPattern)
  }

  mutating func add(_ real: Float) { add(Double(real)) }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(3, UnsafeRawBufferPointer($0)) }
  }

  mutating func add(blob: UnsafeRawBufferPointer) { add(4, blob) }

  mutating func add(_ result: DetectionResult) {
    for column in ScoreColumn.first { add(column.value(result)) }
    guard result.peakScale != 1 || result.sourceMap != nil || !result.embedding.isEmpty else { return }
    for column in ScoreColumn.added { add(column.value(result)) }
  }

  private mutating func add(_ value: ScoreColumn.Value) {
    switch value {
    case .null: addNull()
    case .integer(let integer): add(integer)
    case .real(let real): add(real)
    case .floats(let values): values.withUnsafeBytes { add(blob: $0) }
    case .bytes(let bytes): bytes.withUnsafeBytes { add(blob: $0) }
    }
  }

  private mutating func add(_ type: UInt8, _ bytes: UnsafeRawBufferPointer) {
    add(byte: type)
    add(bits: UInt64(bytes.count))
    for byte in bytes { add(byte: byte) }
  }

  private mutating func add(bits: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
  }

  @inline(__always)
  private mutating func add(byte: UInt8) { hash.add(byte) }
}
