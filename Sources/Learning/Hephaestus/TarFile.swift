import Foundation
import Gzip

/// The regular files of a tape archive (POSIX ustar), plain or gzip.
struct TarFile {
  /// Most bytes of an archive that are read, unpacked.
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

  /// Calls `body` with each file's name and content, in the archive's order.
  ///
  /// - Throws: ``DataSetError`` for a damaged archive, and what `body` throws.
  func forEachFile(_ body: (_ name: String, _ content: Data) throws -> Void) throws {
    var offset = 0
    while offset + Self.block <= bytes.count {
      let header = bytes[offset..<(offset + Self.block)]
      guard header.contains(where: { $0 != 0 }) else { return }
      guard let size = Self.octal(header[(offset + 124)..<(offset + 136)]) else {
        throw DataSetError(file: path, problem: "is no tape archive, or damaged at byte \(offset)")
      }
      let start = offset + Self.block
      guard size <= bytes.count - start else {
        throw DataSetError(file: path, problem: "breaks off inside the file at byte \(offset)")
      }
      // "0" and null are regular files; folders, links and other headers hold nothing of ours.
      if header[offset + 156] == UInt8(ascii: "0") || header[offset + 156] == 0 {
        let name = Self.text(header[offset..<(offset + 100)])
        let prefix = Self.text(header[(offset + 345)..<(offset + 500)])
        try body(prefix.isEmpty ? name : "\(prefix)/\(name)", Data(bytes[start..<(start + size)]))
      }
      offset = start + (size + Self.block - 1) / Self.block * Self.block
    }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = text(field).trimmingCharacters(in: .whitespaces)
    guard !digits.isEmpty, let number = Int(digits, radix: 8), number >= 0 else { return nil }
    return number
  }
}
