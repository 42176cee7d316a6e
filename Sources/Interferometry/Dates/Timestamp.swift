import Foundation

/// Times in documents: RFC 3339 in UTC with milliseconds, such as `2026-05-04T10:00:00.000Z`.
public enum Timestamp {
  /// The year 10000, which RFC 3339 cannot write.
  private static let latestSeconds = 253_402_300_800.0

  /// A time as text.
  ///
  /// - Parameter milliseconds: since 1970, UTC.
  /// - Returns: the text, always with milliseconds.
  public static func text(_ milliseconds: Int64) -> String {
    var (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1000) }
    let whole = Date(timeIntervalSince1970: TimeInterval(seconds)).ISO8601Format()
    return "\(whole.dropLast()).\(String(format: "%03d", Int(rest)))Z"
  }

  /// Milliseconds since 1970; `nil` if the text is not a UTC time from 1970 on. The milliseconds are optional.
  public static func milliseconds(_ text: String) -> Int64? {
    guard text.hasSuffix("Z") else { return nil }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let date = try? Date("\(parts[0])Z", strategy: .iso8601),
      (0..<latestSeconds).contains(date.timeIntervalSince1970)
    else { return nil }
    let whole = Int64(date.timeIntervalSince1970) * 1000
    guard parts.count == 2 else { return whole }
    guard parts[1].count == 3, let rest = Int64(parts[1]), rest >= 0 else { return nil }
    return whole + rest
  }
}
