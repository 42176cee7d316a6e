/// Name of a LiCSAR frame: relative orbit and direction (`A` ascending, `D` descending), colatitude code of
/// the centre, and burst counts, as in `106A_09048_000909`.
public struct FrameID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name, `NNN[AD]_NNNNN_NNNNNN`.
  public let name: String

  /// Parses a frame name (`NNN[AD]_NNNNN_NNNNNN`); `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 5, parts[2].utf8.count == 6,
      Self.isDigits(parts[0].dropLast()), Self.isDigits(parts[1]), Self.isDigits(parts[2]),
      parts[0].hasSuffix("A") || parts[0].hasSuffix("D")
    else { return nil }
    name = String(text)
  }

  /// Direction of the orbit.
  public var orbitDirection: OrbitDirection {
    name.dropFirst(3).first == "A" ? .ascending : .descending
  }

  public var description: String { name }

  public static func < (left: FrameID, right: FrameID) -> Bool { left.name < right.name }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) }
  }
}

/// Flight direction of the satellite, with MintPy's values of `ORBIT_DIRECTION`.
public enum OrbitDirection: String, Sendable {
  /// Northward.
  case ascending = "ASCENDING"
  /// Southward.
  case descending = "DESCENDING"
}
