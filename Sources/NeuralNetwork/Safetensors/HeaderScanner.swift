/// Reads the header of a safetensors file: the part of JSON that the format allows there.
///
/// Not by `JSONDecoder`, which takes one of two members with the same key without a word, so that a tensor or a
/// mean given twice would pass.
struct HeaderScanner {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Calls `member` with each key of an object; it must read the value.
  mutating func object(_ what: String, _ member: (inout HeaderScanner, String) throws -> Void) throws {
    try expect("{", what)
    guard !take("}") else { return }
    var keys: Set<String> = []
    repeat {
      let key = try text("a key of \(what)")
      guard keys.insert(key).inserted else { throw wrong("\(what) has '\(key)' twice") }
      try expect(":", "'\(key)'")
      try member(&self, key)
    } while take(",")
    try expect("}", what)
  }

  mutating func integers(_ what: String, limit: Int) throws -> [Int] {
    try expect("[", what)
    var integers: [Int] = []
    guard !take("]") else { return integers }
    repeat {
      guard integers.count < limit else { throw wrong("\(what) has over \(limit) numbers") }
      integers.append(try integer(what))
    } while take(",")
    try expect("]", what)
    return integers
  }

  private mutating func integer(_ what: String) throws -> Int {
    skipSpace()
    let start = position
    while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw wrong("\(what) holds something else than whole numbers from 0 on")
    }
    return number
  }

  mutating func text(_ what: String) throws -> String {
    try expect("\"", what)
    var text: [UInt8] = []
    while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
      guard bytes[position] >= 0x20 else { throw wrong("\(what) has a control character") }
      if bytes[position] == UInt8(ascii: "\\") {
        text += try escaped(what)
      } else {
        text.append(bytes[position])
        position += 1
      }
    }
    try expect("\"", what)
    guard text.count <= ModelLimits.textBytes, let valid = String(validating: text, as: UTF8.self) else {
      throw wrong("\(what) is too long or not UTF-8")
    }
    return valid
  }

  private mutating func escaped(_ what: String) throws -> [UInt8] {
    let simple: [UInt8: UInt8] = [
      0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 0x08, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09,
    ]
    position += 1
    guard position < bytes.endIndex else { throw wrong("\(what) ends inside an escape") }
    defer { position += 1 }
    if let byte = simple[bytes[position]] { return [byte] }
    guard bytes[position] == UInt8(ascii: "u"), bytes.endIndex - position > 4,
      let code = UInt32(String(decoding: bytes[(position + 1)...(position + 4)], as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(code)
    else { throw wrong("\(what) has an escape that is not supported") }
    position += 4
    return Array(String(Character(scalar)).utf8)
  }

  /// Only spaces may remain.
  mutating func finish() throws {
    skipSpace()
    guard position == bytes.endIndex else { throw wrong("something follows the closing brace") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws {
    // Within a string every space counts; elsewhere spaces are skipped.
    guard take(character) else {
      throw wrong("\(what): expected '\(character)' at byte \(position - bytes.startIndex)")
    }
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  func wrong(_ reason: String) -> ModelError.Problem { .malformedWeights(part: "its header", reason: reason) }
}
