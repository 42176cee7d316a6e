/// The day (UTC) of a radar acquisition, written `YYYYMMDD` in file names and stacks.
public struct AcquisitionDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Year, 1970…2199.
  public let year: Int
  /// Month, 1…12.
  public let month: Int
  /// Day of the month, from 1.
  public let day: Int

  /// A day of the Gregorian calendar from 1970 to 2199; `nil` if it does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (1970...2199).contains(year), (1...12).contains(month) else { return nil }
    guard day >= 1, day <= Self.daysIn(month: month, year: year) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Parses exactly eight digits, `YYYYMMDD`; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
      return nil
    }
    self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  /// The date `days` days after 1 January 1970; `nil` outside 1970…2199.
  public init?(daysSince1970 days: Int) {
    guard (0...84_005).contains(days) else { return nil }
    // The civil-from-days algorithm: 400-year eras that start on 1 March.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1 January 1970.
  public var daysSince1970: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public var description: String {
    String(unsafeUninitializedCapacity: Self.digits) { write(to: $0) }
  }

  /// The day as in ISO 8601 and RFC 3339, `YYYY-MM-DD`, for lists and tags.
  public var iso8601: String {
    let text = description
    return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
  }

  /// Number of digits of YYYYMMDD.
  static let digits = 8

  /// Writes YYYYMMDD in ASCII; the buffer must have room for it.
  ///
  /// - Returns: the number of bytes written.
  func write(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var rest = year * 10_000 + month * 100 + day
    for position in stride(from: Self.digits - 1, through: 0, by: -1) {
      buffer[position] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    return Self.digits
  }

  public static func < (left: AcquisitionDate, right: AcquisitionDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  private static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}
