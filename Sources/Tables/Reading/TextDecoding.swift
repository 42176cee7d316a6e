import Foundation

/// Decodes text files as saved by editors and spreadsheet programs.
package enum TextDecoding {
  /// The text of a file: UTF-8 or UTF-16 (either byte order, with or without a byte order mark), UTF-32 with
  /// one, or else Windows-1252. The byte order mark is removed.
  package static func text(of bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return utf8OrWindows(bytes[3...]) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return utf32(bytes[4...], highFirst: false) }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return utf32(bytes[4...], highFirst: true) }
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes[2...], highFirst: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes[2...], highFirst: true) }
    if let highFirst = looksLikeUTF16(bytes) { return utf16(bytes[...], highFirst: highFirst) }
    return utf8OrWindows(bytes[...])
  }

  private static func utf8OrWindows(_ bytes: ArraySlice<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(data: Data(bytes), encoding: .windowsCP1252) ?? String(decoding: bytes, as: UTF8.self)
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, highFirst: Bool) -> String {
    let start = bytes.startIndex
    let units = (0..<(bytes.count / 2)).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[start + 2 * index]), UInt16(bytes[start + 2 * index + 1]))
      return highFirst ? first << 8 | second : second << 8 | first
    }
    return String(decoding: units, as: UTF16.self)
  }

  private static func utf32(_ bytes: ArraySlice<UInt8>, highFirst: Bool) -> String {
    let start = bytes.startIndex
    let units = (0..<(bytes.count / 4)).map { index -> UInt32 in
      let unit = bytes[(start + 4 * index)..<(start + 4 * index + 4)]
      return (highFirst ? Array(unit) : unit.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
    }
    return String(decoding: units, as: UTF32.self)
  }

  /// Recognises UTF-16 without a byte order mark: in text with Latin letters, every other byte is 0.
  private static func looksLikeUTF16(_ bytes: [UInt8]) -> Bool? {
    let sample = bytes.prefix(1024)
    guard bytes.count % 2 == 0, sample.count >= 4 else { return nil }
    var zeros = [0, 0]
    for (index, byte) in sample.enumerated() where byte == 0 { zeros[index % 2] += 1 }
    let half = sample.count / 2
    if zeros[0] * 10 > half * 6, zeros[1] * 10 < half { return true }
    if zeros[1] * 10 > half * 6, zeros[0] * 10 < half { return false }
    return nil
  }
}
