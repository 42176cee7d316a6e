/// Unique identifier of an interferogram in an archive: volcano, frame and dates. Written
/// `sierra_negra_106A_09048_000909_20240106_20240118`.
public struct InterferogramID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Key of the volcano; see ``VolcanoName/key(_:)``.
  public let volcano: String
  /// Name of the frame, as in the archive.
  public let frame: String
  /// Primary and secondary date.
  public let pair: DatePair

  public init(volcano: String, frame: String, pair: DatePair) {
    self.volcano = volcano
    self.frame = frame
    self.pair = pair
  }

  public var description: String { "\(volcano)_\(frame)_\(pair)" }

  /// Ordered by volcano, then frame, then dates.
  public static func < (left: InterferogramID, right: InterferogramID) -> Bool {
    (left.volcano, left.frame, left.pair) < (right.volcano, right.frame, right.pair)
  }
}
