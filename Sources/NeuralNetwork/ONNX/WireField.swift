/// Decodes a field's value as the type declared by its message; any other wire type means a damaged file.
extension WireReader.Field {
  /// An `int32`, `int64` or enum field.
  func integer() throws -> Int {
    guard case .varint(let bits) = value else { throw wrongType("an integer") }
    return Int(truncatingIfNeeded: Int64(bitPattern: bits))
  }

  func float() throws -> Float {
    guard case .fixed32(let bits) = value else { throw wrongType("a float") }
    return Float(bitPattern: bits)
  }

  func bytes() throws -> ArraySlice<UInt8> {
    guard case .bytes(let bytes) = value else { throw wrongType("a string or message") }
    return bytes
  }

  func text() throws -> String {
    let bytes = try bytes()
    guard bytes.count <= ModelLimits.textBytes else {
      throw ModelError.Problem.tooLarge(
        what: "a text in \(message)", value: bytes.count, limit: ModelLimits.textBytes)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelError.Problem.malformed(part: message, reason: "field \(number) is not UTF-8 text")
    }
    return text
  }

  /// A repeated integer field is encoded as single numbers or packed.
  func append(to integers: inout [Int], limit: Int) throws {
    switch value {
    case .varint: integers.append(try integer())
    case .bytes(let packed):
      var numbers = WireReader(packed, message: message)
      while let number = try numbers.nextInteger() {
        guard integers.count < limit else { throw tooMany(limit) }
        integers.append(number)
      }
    default: throw wrongType("integers")
    }
    guard integers.count <= limit else { throw tooMany(limit) }
  }

  /// A repeated float field is encoded as single numbers or packed.
  func append(to floats: inout [Float], limit: Int) throws {
    switch value {
    case .fixed32: floats.append(try float())
    case .bytes(let packed):
      guard packed.count % 4 == 0, floats.count + packed.count / 4 <= limit else { throw tooMany(limit) }
      floats.reserveCapacity(floats.count + packed.count / 4)
      packed.withUnsafeBytes { raw in
        for offset in stride(from: 0, to: raw.count, by: 4) {
          let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          floats.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
    default: throw wrongType("floats")
    }
    guard floats.count <= limit else { throw tooMany(limit) }
  }

  private func wrongType(_ expected: String) -> ModelError.Problem {
    .malformed(part: message, reason: "field \(number) is not \(expected)")
  }

  private func tooMany(_ limit: Int) -> ModelError.Problem {
    .malformed(part: message, reason: "field \(number) has a broken length or more than \(limit) numbers")
  }
}
