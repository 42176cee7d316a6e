/// Reads the fields of one message in the protobuf wire format (protobuf.dev, "Encoding").
///
/// Not by swift-protobuf, which copies every tensor where this hands out slices of the file's bytes, and limits
/// neither the number of nodes nor that of tensors before it has made them.
struct WireReader {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  /// One field: its number, its value, and the message it belongs to, for errors.
  struct Field {
    let number: Int
    let value: Value
    let message: String
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let message: String

  /// `message` is the name of the message type in the ONNX specification.
  init(_ bytes: ArraySlice<UInt8>, message: String) {
    self.bytes = bytes
    self.position = bytes.startIndex
    self.message = message
  }

  /// The next field, or `nil` at the message's end.
  mutating func next() throws -> Field? {
    guard position < bytes.endIndex else { return nil }
    let tag = try varint()
    guard let number = Int(exactly: tag >> 3), (1...536_870_911).contains(number) else {
      throw malformed("the field number \(tag >> 3) is impossible")
    }
    let value: Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try littleEndian(8))
    case 2: value = .bytes(try lengthDelimited())
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try littleEndian(4)))
    default: throw malformed("field \(number) has wire type \(tag & 7), which ONNX does not use")
    }
    return Field(number: number, value: value, message: message)
  }

  /// The next number of a packed list, or `nil` at the list's end.
  mutating func nextInteger() throws -> Int? {
    guard position < bytes.endIndex else { return nil }
    return Int(truncatingIfNeeded: Int64(bitPattern: try varint()))
  }

  private mutating func varint() throws -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw malformed("it ends inside a number") }
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw malformed("a number has more than 64 bits") }
      result |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return result }
    }
    throw malformed("a number has more than ten bytes")
  }

  private mutating func littleEndian(_ count: Int) throws -> UInt64 {
    guard bytes.endIndex - position >= count else { throw malformed("it ends inside a \(count)-byte number") }
    var result: UInt64 = 0
    for index in (0..<count).reversed() { result = result << 8 | UInt64(bytes[position + index]) }
    position += count
    return result
  }

  private mutating func lengthDelimited() throws -> ArraySlice<UInt8> {
    let length = try varint()
    let left = bytes.endIndex - position
    guard length <= UInt64(left) else {
      throw malformed("a field claims \(length) bytes where \(left) are left; the file is truncated")
    }
    let end = position + Int(length)
    defer { position = end }
    return bytes[position..<end]
  }

  private func malformed(_ reason: String) -> ModelError.Problem {
    .malformed(part: message, reason: reason)
  }
}
