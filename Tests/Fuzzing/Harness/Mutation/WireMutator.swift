/// Damages a message in the protobuf wire format field by field, its lengths kept true: so that damage reaches what
/// lies behind the lengths.
struct WireMutator {
  /// A field: its tag and its value as the wire has them, without the length of a length-delimited one.
  struct Field {
    var tag: UInt64
    var value: [UInt8]
  }

  private static let numbers: [UInt64] = [
    0, 1, 2, 127, 128, 255, 65_535, 65_536, 1 << 20, 1 << 28, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 62, 1 << 63,
    .max, .max - 1,
  ]

  let bytes: ByteMutator

  /// - Returns: false if the bytes are no message.
  func mutate(_ message: inout [UInt8], with other: [UInt8], _ random: inout SeededRandom, depth: Int = 0) -> Bool {
    guard var fields = Self.fields(of: message), !fields.isEmpty else { return false }
    let index = random.below(fields.count)
    switch random.below(10) {
    case 0: fields.remove(at: index)
    case 1: fields.insert(fields[index], at: random.below(fields.count + 1))
    case 2: fields.swapAt(index, random.below(fields.count))
    case 3: fields += Array(repeating: fields[index], count: 1 << random.below(10))
    case 4: fields[index].tag = UInt64(random.below(24)) << 3 | fields[index].tag & 7
    case 5 where depth < 3:
      // A message inside itself, again and again.
      var nested = message
      for _ in 0..<(1 << random.below(8)) where nested.count < ByteMutator.longest / 2 {
        nested = Self.encode([Field(tag: fields[index].tag & ~7 | 2, value: nested)])
      }
      fields.append(Field(tag: fields[index].tag & ~7 | 2, value: nested))
    default: mutateValue(&fields[index], other, &random, depth)
    }
    message = Self.encode(fields)
    if message.count > ByteMutator.longest { message.removeSubrange(ByteMutator.longest...) }
    return true
  }

  private func mutateValue(_ field: inout Field, _ other: [UInt8], _ random: inout SeededRandom, _ depth: Int) {
    switch field.tag & 7 {
    case 0: field.value = Self.varint(random.pick(Self.numbers) ?? 0)
    case 2:
      if depth < 12, random.chance(3, in: 4), mutate(&field.value, with: other, &random, depth: depth + 1) {
        return
      }
      bytes.mutate(&field.value, with: other, &random)
    default:
      for index in field.value.indices { field.value[index] = [0, 0xFF, 0x7F, 0x80, 0xF0, 1][random.below(6)] }
    }
  }

  /// The fields of a message; `nil` if the bytes are none.
  static func fields(of message: [UInt8]) -> [Field]? {
    var fields: [Field] = []
    var rest = message[...]
    while !rest.isEmpty {
      guard let tag = readVarint(&rest), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return nil }
      let value: ArraySlice<UInt8>
      switch tag & 7 {
      case 0:
        let start = rest
        guard readVarint(&rest) != nil else { return nil }
        value = start[..<rest.startIndex]
      case 1, 5:
        let length = tag & 7 == 1 ? 8 : 4
        guard rest.count >= length else { return nil }
        value = rest.prefix(length)
        rest = rest.dropFirst(length)
      case 2:
        guard let length = readVarint(&rest), length <= UInt64(rest.count) else { return nil }
        value = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
      fields.append(Field(tag: tag, value: Array(value)))
    }
    return fields
  }

  static func encode(_ fields: [Field]) -> [UInt8] {
    fields.reduce(into: []) { bytes, field in
      bytes += varint(field.tag)
      if field.tag & 7 == 2 { bytes += varint(UInt64(field.value.count)) }
      bytes += field.value
    }
  }

  static func varint(_ number: UInt64) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func readVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number }
    }
    return nil
  }
}
