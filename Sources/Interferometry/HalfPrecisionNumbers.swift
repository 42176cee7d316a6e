/// Numbers in IEEE 754 half precision, in which the ledger keeps embeddings.
public enum HalfPrecisionNumbers {
  /// Rounds numbers to half precision; those beyond its range become its largest or smallest finite number.
  ///
  /// - Parameter values: Finite.
  /// - Returns: Their bits.
  public static func rounded(_ values: [Float]) -> [UInt16] {
    values.map { Float16(min(max($0, -limit), limit)).bitPattern }
  }

  /// The numbers with these bits.
  public static func values(_ bits: [UInt16]) -> [Float] { bits.map { Float(Float16(bitPattern: $0)) } }

  private static let limit = Float(Float16.greatestFiniteMagnitude)
}
