/// The tensors of a safetensors file (huggingface.co/docs/safetensors, "Format"): 8 bytes with the header's length,
/// the header in JSON, then the numbers without gaps or overlaps.
struct SafetensorsFile {
  private struct Entry {
    var name: String
    var type = ""
    var dimensions: [Int] = []
    var range = 0..<0
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [String: ONNXTensor] = [:]

  /// Whether the bytes start like a safetensors file; an ONNX file's first eight bytes are a number that is far
  /// too large.
  static func isOne(_ bytes: [UInt8]) -> Bool {
    guard let length = headerLength(bytes) else { return false }
    return length <= ModelLimits.safetensorsHeaderBytes && bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
  }

  private static func headerLength(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 8 else { return nil }
    return Int(exactly: bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// - Throws: ``ModelError/Problem``.
  init(_ bytes: [UInt8]) throws {
    guard let length = Self.headerLength(bytes), length <= bytes.count - 8 else {
      throw Self.wrong("its header", "it claims more bytes than the file has; the file is truncated")
    }
    guard length <= ModelLimits.safetensorsHeaderBytes else {
      throw ModelError.Problem.tooLarge(
        what: "the header's length", value: length, limit: ModelLimits.safetensorsHeaderBytes)
    }
    let entries = try readHeader(bytes[8..<(8 + length)])
    let numbers = bytes[(8 + length)...]
    try Self.checkLayout(entries, count: numbers.count)
    for entry in entries {
      tensors[entry.name] = try Self.tensor(
        entry,
        numbers[(numbers.startIndex + entry.range.lowerBound)..<(numbers.startIndex + entry.range.upperBound)])
    }
  }

  private mutating func readHeader(_ bytes: ArraySlice<UInt8>) throws -> [Entry] {
    var scanner = HeaderScanner(bytes)
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    try scanner.object("the header") { scanner, name in
      if name == "__metadata__" {
        try scanner.object(name) { scanner, key in
          guard metadata.count < ModelLimits.metadataEntries else { throw Self.wrong(name, "it is too long") }
          metadata[key] = try scanner.text(key)
        }
      } else {
        guard entries.count < ModelLimits.initializers else { throw Self.wrong("its header", "too many tensors") }
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.finish()
    self.metadata = metadata
    return entries
  }

  private static func entry(_ name: String, _ scanner: inout HeaderScanner) throws -> Entry {
    var entry = Entry(name: name)
    var seen: Set<String> = []
    try scanner.object("tensor '\(name)'") { scanner, key in
      seen.insert(key)
      switch key {
      case "dtype": entry.type = try scanner.text(key)
      case "shape": entry.dimensions = try scanner.integers(key, limit: ModelLimits.dimensions)
      case "data_offsets":
        let offsets = try scanner.integers(key, limit: 2)
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
          throw wrong("tensor '\(name)'", "its data_offsets are not a start and an end")
        }
        entry.range = offsets[0]..<offsets[1]
      default: throw wrong("tensor '\(name)'", "the format has no '\(key)'")
      }
    }
    guard seen.count == 3 else { throw wrong("tensor '\(name)'", "dtype, shape or data_offsets is missing") }
    return entry
  }

  /// Checks that every byte after the header belongs to exactly one tensor.
  private static func checkLayout(_ entries: [Entry], count: Int) throws {
    var end = 0
    for entry in entries.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard entry.range.lowerBound == end else {
        let what = entry.range.lowerBound < end ? "overlap another tensor" : "leave a gap before them"
        throw wrong("tensor '\(entry.name)'", "its bytes \(entry.range) \(what)")
      }
      end = entry.range.upperBound
      guard end <= count else {
        throw wrong("tensor '\(entry.name)'", "its bytes \(entry.range) are past the file's end")
      }
    }
    guard end == count else { throw wrong("its numbers", "\(count - end) bytes belong to no tensor") }
  }

  private static let bytesPerNumber = [
    "F32": 4, "F16": 2, "BF16": 2, "F64": 8, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
  ]

  private static func tensor(_ entry: Entry, _ bytes: ArraySlice<UInt8>) throws -> ONNXTensor? {
    guard let size = bytesPerNumber[entry.type] else {
      throw wrong("tensor '\(entry.name)'", "its dtype '\(entry.type)' is not known; save the weights as F32")
    }
    guard let count = ModelLimits.product(entry.dimensions, limit: ModelLimits.tensorElements),
      count * size == bytes.count
    else {
      throw wrong(
        "tensor '\(entry.name)'", "\(entry.dimensions) of \(entry.type) are not its \(bytes.count) bytes")
    }
    switch entry.type {
    case "F32": return ONNXTensor(name: entry.name, dimensions: entry.dimensions, raw: bytes)
    case "BF16", "F16":
      let floats = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
        let bits = UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
        return entry.type == "BF16" ? Float(bitPattern: UInt32(bits) << 16) : Float(halfPrecision: bits)
      }
      return ONNXTensor(name: entry.name, dimensions: entry.dimensions, floats: floats)
    // Counters besides the weights; a network that needs one as a weight reports it as missing.
    default: return nil
    }
  }

  static func wrong(_ part: String, _ reason: String) -> ModelError.Problem {
    .malformedWeights(part: part, reason: reason)
  }
}

extension Float {
  /// From the bits of an IEEE 754 half precision number, exactly.
  init(halfPrecision bits: UInt16) {
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    let sign: Float = bits >> 15 == 1 ? -1 : 1
    switch exponent {
    case 0: self = sign * fraction * 0x1p-24
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default: self = sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
