/// 64-bit FNV-1a hash (Fowler, Noll and Vo, draft-eastlake-fnv): small, equal on all machines, sufficient to
/// distinguish names and detect changed bytes. It gives no protection against deliberate collisions.
public struct FNV1a: Sendable {
  @usableFromInline var state: UInt64

  /// - Parameter seed: makes the hashes of one use differ from those of another; 0 for the hash of the draft.
  @inlinable public init(seed: UInt64 = 0) { state = 0xcbf2_9ce4_8422_2325 ^ seed }

  /// The hash of what was added.
  @inlinable public var value: UInt64 { state }

  /// Adds a byte.
  @inlinable public mutating func add(_ byte: UInt8) { add(word: UInt64(byte)) }

  /// Adds a word as if it were one byte; the result differs from FNV-1a of the word's bytes.
  @inlinable public mutating func add(word: UInt64) { state = (state ^ word) &* 0x100_0000_01b3 }

  /// Adds bytes.
  @inlinable public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// The hash of some bytes.
  @inlinable public static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var hash = FNV1a(seed: seed)
    hash.add(bytes)
    return hash.value
  }

  /// The 32-bit hash of bytes.
  public static func hash32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
