/// Damages bytes as damaged files and hostile peers do.
struct ByteMutator {
  /// No input becomes longer than this, bytes.
  static let longest = 1 << 17

  /// Words that mean something to the decoder.
  var words: [[UInt8]] = []

  static let extremes: [[UInt8]] = [
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    [0x80, 0x80, 0x04],
    [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0x7F],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 0, 0, 0xF0, 0x7F],
    [0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
  ]

  func mutate(_ bytes: inout [UInt8], with other: [UInt8], _ random: inout SeededRandom) {
    let offset = random.below(bytes.count + 1)
    let length = min(bytes.count - offset, 1 + random.below(random.chance(1, in: 4) ? 512 : 12))
    let range = offset..<offset + length
    switch random.below(12) {
    case 0 where length > 0: bytes[offset] ^= 1 << UInt8(random.below(8))
    case 1 where length > 0: bytes[offset] = UInt8(truncatingIfNeeded: random.next())
    case 2 where length > 0: bytes[offset] = [0, 1, 0x7F, 0x80, 0xFF, 10, 13, 32][random.below(8)]
    case 3: bytes.removeSubrange(offset...)
    case 4: bytes.removeSubrange(range)
    case 5: bytes.insert(contentsOf: bytes[range], at: offset)
    case 6:
      // Many times over: deep nesting and long lists.
      let times = 1 << random.below(14)
      var piece = Array(bytes[range])
      if piece.isEmpty { piece = random.pick(words) ?? [0] }
      let repeated = (0..<min(times, 65_536 / max(piece.count, 1))).flatMap { _ in piece }
      bytes.insert(contentsOf: repeated, at: offset)
    case 7:
      let start = random.below(other.count + 1)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + random.below(64))], at: offset)
    case 8: bytes = Array(bytes[..<offset]) + other[min(other.count, random.below(other.count + 1))...]
    case 9:
      let extreme = Self.extremes[random.below(Self.extremes.count)]
      if random.chance(1, in: 2) { bytes.removeSubrange(offset..<min(bytes.count, offset + extreme.count)) }
      bytes.insert(contentsOf: extreme, at: offset)
    default:
      let word = random.pick(words) ?? [UInt8(truncatingIfNeeded: random.next())]
      if random.chance(1, in: 2) { bytes.removeSubrange(range) }
      bytes.insert(contentsOf: word, at: offset)
    }
    if bytes.count > Self.longest { bytes.removeSubrange(Self.longest...) }
  }
}
