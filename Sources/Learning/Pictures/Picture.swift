import CZlib
import Foundation

/// Renders a patch as a small PNG: phase on a cyclic colour scale, no data in light gray.
enum Picture {
  /// An 8-bit PNG with a palette.
  ///
  /// - Parameters:
  ///   - gray: side × side, row-major.
  ///   - hasData: For each pixel.
  ///   - side: Pixels across.
  ///   - shrink: Every `shrink`-th pixel along each axis is taken.
  /// - Returns: content of the file.
  static func png(of gray: ArraySlice<UInt8>, hasData: [Bool], side: Int, shrink: Int = 1) -> Data {
    let width = (side + shrink - 1) / shrink
    var rows: [UInt8] = []
    rows.reserveCapacity(width * (width + 1))
    for row in stride(from: 0, to: side, by: shrink) {
      rows.append(0)
      for column in stride(from: 0, to: side, by: shrink) {
        let pixel = row * side + column
        // Palette index 255 is no data; phase 255 uses index 0, because it is the same phase.
        let value = gray[gray.startIndex + pixel]
        rows.append(hasData[pixel] ? (value == 255 ? 0 : value) : 255)
      }
    }
    var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let size = bigEndian(UInt32(width))
    file += chunk("IHDR", size + size + [8, 3, 0, 0, 0])
    file += chunk("PLTE", palette)
    file += chunk("IDAT", compressed(rows))
    file += chunk("IEND", [])
    return file
  }

  private static let palette: [UInt8] = (0..<256).flatMap { index -> [UInt8] in
    guard index < 255 else { return [0xE6, 0xE6, 0xE6] }
    let angle = Double(index) / 255 * 2 * Double.pi
    return [0.0, 2 * Double.pi / 3, 4 * Double.pi / 3].map { UInt8(128 + 110 * cos(angle - $0)) }
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(&packed, &size, bytes, UInt(bytes.count), 9)
    precondition(status == Z_OK, "a buffer of zlib's own bound holds what it packs")
    return Array(packed[..<Int(size)])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(crc32(0, body, UInt32(body.count))))
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
  }
}
