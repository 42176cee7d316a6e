import Interferometry

extension PreparedStatement {
  /// Parses the column's `YYYYMMDD_YYYYMMDD` without creating strings; `nil` for anything else.
  func datePair(_ column: Int32) -> DatePair? {
    withBytes(column) { bytes in
      guard bytes.count == 17, bytes[8] == UInt8(ascii: "_"),
        let primary = Self.date(bytes[..<8]), let secondary = Self.date(bytes[9...])
      else { return nil }
      return DatePair(primary: primary, secondary: secondary)
    }
  }

  private static func date(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> AcquisitionDate? {
    var number = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      number = number * 10 + Int(digit - 48)
    }
    return AcquisitionDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }
}
