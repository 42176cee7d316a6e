/// The two acquisitions of an interferogram, written `YYYYMMDD_YYYYMMDD` as in LiCSAR's folder names.
public struct DatePair: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The primary (reference) acquisition.
  public let primary: AcquisitionDate
  /// The secondary acquisition.
  public let secondary: AcquisitionDate

  public init(primary: AcquisitionDate, secondary: AcquisitionDate) {
    self.primary = primary
    self.secondary = secondary
  }

  /// Parses `YYYYMMDD_YYYYMMDD`; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let primary = AcquisitionDate(parts[0]), let secondary = AcquisitionDate(parts[1])
    else { return nil }
    self.init(primary: primary, secondary: secondary)
  }

  /// Days from the primary to the secondary acquisition; negative if the dates run backwards.
  public var spanDays: Int { secondary.daysSince1970 - primary.daysSince1970 }

  /// Whether the primary acquisition is the later one; then the sign of the deformation phase is reversed.
  public var isBackward: Bool { primary > secondary }

  /// The acquisitions in chronological order.
  public var inTime: (first: AcquisitionDate, last: AcquisitionDate) {
    isBackward ? (secondary, primary) : (primary, secondary)
  }

  public var description: String {
    String(unsafeUninitializedCapacity: 2 * AcquisitionDate.digits + 1) { buffer in
      let first = primary.write(to: buffer)
      buffer[first] = UInt8(ascii: "_")
      return first + 1 + secondary.write(to: UnsafeMutableBufferPointer(rebasing: buffer[(first + 1)...]))
    }
  }

  public static func < (left: DatePair, right: DatePair) -> Bool {
    (left.primary, left.secondary) < (right.primary, right.secondary)
  }
}
