/// What tells one interferogram of an archive from every other: the volcano it is cut around, the frame it was
/// seen from, and its dates. Written `sierra_negra_106A_09048_000909_20240106_20240118`.
public struct InterferogramID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The volcano's key, see ``VolcanoName/key(_:)``.
  public let volcano: String
  /// The frame's name as the archive has it.
  public let frame: String
  public let pair: DatePair

  public init(volcano: String, frame: String, pair: DatePair) {
    self.volcano = volcano
    self.frame = frame
    self.pair = pair
  }

  public var description: String { "\(volcano)_\(frame)_\(pair)" }

  /// By volcano, then frame, then dates.
  public static func < (left: InterferogramID, right: InterferogramID) -> Bool {
    (left.volcano, left.frame, left.pair) < (right.volcano, right.frame, right.pair)
  }
}
