/// A LiCSAR frame: relative orbit with its direction (`A` ascending, `D` descending), the colatitude code of its
/// centre and its burst counts, as in `106A_09048_000909`.
public struct FrameID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let name: String

  /// Reads a frame's name (`NNN[AD]_NNNNN_NNNNNN`); `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 5, parts[2].utf8.count == 6,
      Self.isDigits(parts[0].dropLast()), Self.isDigits(parts[1]), Self.isDigits(parts[2]),
      parts[0].hasSuffix("A") || parts[0].hasSuffix("D")
    else { return nil }
    name = String(text)
  }

  /// The direction of the orbit.
  public var orbitDirection: OrbitDirection {
    name.dropFirst(3).first == "A" ? .ascending : .descending
  }

  public var description: String { name }

  public static func < (left: FrameID, right: FrameID) -> Bool { left.name < right.name }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) }
  }
}

/// The flight direction of the satellite over a frame, in MintPy's words for `ORBIT_DIRECTION`.
public enum OrbitDirection: String, Sendable {
  case ascending = "ASCENDING"
  case descending = "DESCENDING"
}
