/// A time limit in one of Slurm's formats: minutes, `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM` or
/// `D-HH:MM:SS`.
public struct SlurmTime: Hashable, Sendable, CustomStringConvertible {
  /// The text as given.
  public let description: String
  /// The limit in seconds, above 0.
  public let seconds: Int

  /// - Returns: `nil` for text that Slurm would reject, and for a limit of zero.
  public init?(_ text: String) {
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = (halves.last ?? "").split(separator: ":", omittingEmptySubsequences: false).map { Self.number($0) }
    guard !fields.contains(nil), (1...3).contains(fields.count) else { return nil }
    let numbers = fields.compactMap { $0 }
    let weights: [Int]
    var total = 0
    if halves.count == 2 {
      guard let days = Self.number(halves[0]) else { return nil }
      total = days * 86_400
      weights = [3600, 60, 1]
    } else {
      weights = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
    }
    total += zip(numbers, weights).reduce(0) { $0 + $1.0 * $1.1 }
    guard total > 0 else { return nil }
    (description, seconds) = (text, total)
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}
