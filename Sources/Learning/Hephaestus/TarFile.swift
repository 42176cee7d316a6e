import Foundation
import Gzip

/// The regular files of a tape archive, plain or gzip: POSIX ustar, with the long names of pax and of GNU tar.
///
/// Not by libarchive, which every machine that runs a worker would then need installed for this one data set.
struct TarFile {
  /// Largest unpacked archive, bytes.
  static let byteLimit = 2 << 30
  private static let block = 512

  let path: String
  private let bytes: [UInt8]

  init(path: String) throws {
    self.path = path
    var bytes: [UInt8] = []
    try GzipInput(path: path, limitBytes: Self.byteLimit).forEachPiece { bytes += $0 }
    self.bytes = bytes
  }

  /// Calls `body` with each file's name and content, in the order of the archive.
  ///
  /// - Throws: ``DataSetError`` for a damaged archive, and what `body` throws.
  func forEachFile(_ body: (_ name: String, _ content: Data) throws -> Void) throws {
    var offset = 0
    // Name of the next file, if an extension header gives it.
    var longName: String?
    while offset + Self.block <= bytes.count {
      let header = bytes[offset..<(offset + Self.block)]
      guard header.contains(where: { $0 != 0 }) else { return }
      guard let size = Self.number(header[(offset + 124)..<(offset + 136)]) else {
        throw DataSetError(file: path, problem: "is not a tar archive, or is damaged at byte \(offset)")
      }
      let start = offset + Self.block
      guard size <= bytes.count - start else {
        throw DataSetError(file: path, problem: "is truncated inside the file at byte \(offset)")
      }
      let content = bytes[start..<(start + size)]
      switch header[offset + 156] {
      case UInt8(ascii: "L"): longName = Self.text(content)
      case UInt8(ascii: "x"):
        longName =
          try Self.paxPath(content, DataSetError(file: path, problem: "is damaged at byte \(offset)")) ?? longName
      // "0", "7" and NUL are regular files; folders, links and other entries are skipped.
      case UInt8(ascii: "0"), UInt8(ascii: "7"), 0:
        try body(longName ?? Self.name(header), Data(content))
        longName = nil
      // Global headers, and the link name of the next entry: neither changes the next file's name.
      case UInt8(ascii: "g"), UInt8(ascii: "K"): break
      default: longName = nil
      }
      offset = start + (size + Self.block - 1) / Self.block * Self.block
    }
  }

  /// The name in a file's own header, of at most 255 bytes.
  private static func name(_ header: ArraySlice<UInt8>) -> String {
    let start = header.startIndex
    let name = text(header[start..<(start + 100)])
    // GNU tar uses the bytes of POSIX's prefix field for other data.
    guard header[(start + 257)..<(start + 263)].elementsEqual("ustar\0".utf8) else { return name }
    let prefix = text(header[(start + 345)..<(start + 500)])
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  /// The path in a pax header's records, each "LENGTH KEY=VALUE\n" with its own length in decimal; `nil` if
  /// there is none.
  private static func paxPath(_ content: ArraySlice<UInt8>, _ damage: DataSetError) throws -> String? {
    var rest = content
    var found: String?
    while !rest.isEmpty {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length <= rest.count,
        length > space - rest.startIndex + 1, rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
      else { throw damage }
      let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
      if record.starts(with: "path=".utf8) { found = String(decoding: record.dropFirst(5), as: UTF8.self) }
      rest = rest[(rest.startIndex + length)...]
    }
    return found
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits, or, if the highest bit of the first byte is set, a big-endian binary number.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      return field.dropFirst().reduce(first == 0x80 ? 0 : nil) { sum, byte in
        sum.flatMap { $0 <= Int.max >> 8 ? $0 << 8 | Int(byte) : nil }
      }
    }
    let digits = text(field).trimmingCharacters(in: .whitespaces)
    guard !digits.isEmpty, let number = Int(digits, radix: 8), number >= 0 else { return nil }
    return number
  }
}
