import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// Pictures of every kind of PNG, written byte by byte.
@Suite struct ImageReaderTests {
  /// A PNG file, packed without compression.
  private struct Picture {
    enum Kind: UInt8 {
      case gray = 0
      case colour = 2
      case palette = 3
      case grayWithOpacity = 4
    }
    var kind = Kind.gray
    var bits: UInt8 = 8
    var width: UInt32
    /// As the file packs them.
    var rows: [[UInt8]]
    var chunks: [(name: String, content: [UInt8])] = []

    var file: Data {
      let header = Self.bigEndian(width) + Self.bigEndian(UInt32(rows.count)) + [bits, kind.rawValue, 0, 0, 0]
      var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      file += Self.chunk("IHDR", header)
      for (name, content) in chunks { file += Self.chunk(name, content) }
      file += Self.chunk("IDAT", Self.stored(rows.flatMap { [0] + $0 }))
      file += Self.chunk("IEND", [])
      return Data(file)
    }

    /// One block of zlib's format as it is.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
      let count = UInt16(bytes.count)
      var (a, b): (UInt32, UInt32) = (1, 0)
      for byte in bytes {
        a = (a + UInt32(byte)) % 65521
        b = (b + a) % 65521
      }
      let sizes = [count, ~count].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      var packed: [UInt8] = [0x78, 0x01, 0x01]
      packed += sizes
      packed += bytes
      packed += bigEndian(b << 16 | a)
      return packed
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + content
      var sum = ~UInt32(0)
      for byte in body {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      return bigEndian(UInt32(content.count)) + body + bigEndian(~sum)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
  }

  private func read(_ picture: Picture) throws -> ImageReader {
    let folder = try ScratchFolder()
    let path = folder.path("picture.png")
    try picture.file.write(to: URL(fileURLWithPath: path))
    return try ImageReader(pngFile: path)
  }

  @Test func theTransparentGrayHasNoOpacity() throws {
    var picture = Picture(width: 2, rows: [[0, 7], [7, 255]])
    #expect(try read(picture).bands == [[0, 7, 7, 255]])
    picture.chunks = [("tRNS", [0, 7])]
    let keyed = try read(picture)
    #expect(keyed.grid == Grid(height: 2, width: 2))
    #expect(keyed.bands == [[0, 7, 7, 255], [255, 0, 0, 255]])
    // Only the lower bits count.
    picture.chunks = [("tRNS", [1, 7])]
    #expect(try read(picture).bands.last == [255, 0, 0, 255])
  }

  @Test func theTransparentColourHasNoOpacityAndItsPartsHave() throws {
    let picture = Picture(
      kind: .colour, width: 3, rows: [[1, 2, 3, 1, 2, 4, 9, 9, 9]], chunks: [("tRNS", [0, 1, 0, 2, 0, 3])])
    #expect(try read(picture).bands == [[1, 1, 9], [2, 2, 9], [3, 4, 9], [0, 255, 255]])
  }

  @Test func graysOfFewBitsReachFromBlackToWhite() throws {
    var picture = Picture(bits: 4, width: 4, rows: [[0x07, 0x8F]])
    #expect(try read(picture).bands == [[0, 119, 136, 255]])
    picture.chunks = [("tRNS", [0, 7])]
    #expect(try read(picture).bands == [[0, 119, 136, 255], [255, 0, 255, 255]])
    #expect(try read(Picture(bits: 2, width: 4, rows: [[0b0001_1011]])).bands == [[0, 85, 170, 255]])
    #expect(try read(Picture(bits: 1, width: 3, rows: [[0b1010_0000]])).bands == [[255, 0, 255]])
  }

  @Test(arguments: [4, 8] as [UInt8]) func aPalettesColoursAreLookedUpWithTheirOpacity(bits: UInt8) throws {
    let picture = Picture(
      kind: .palette, bits: bits, width: 4, rows: [bits == 4 ? [0x01, 0x20] : [0, 1, 2, 0]],
      chunks: [("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]), ("tRNS", [255, 0, 128])])
    #expect(
      try read(picture).bands == [[10, 40, 70, 10], [20, 50, 80, 20], [30, 60, 90, 30], [255, 0, 128, 255]])
  }

  @Test func anOpacityBandStaysAsItIs() throws {
    let picture = Picture(kind: .grayWithOpacity, width: 2, rows: [[1, 2, 3, 4]])
    #expect(try read(picture).bands == [[1, 3], [2, 4]])
  }

  @Test func aPictureOf16BitsIsRefusedWithWhatToDo() throws {
    let picture = Picture(bits: 16, width: 2, rows: [[1, 2, 3, 4]])
    let error = #expect(throws: RasterError.self) { try read(picture) }
    #expect(error?.description.contains("its bands have 16 bits") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("gdal_translate -of PNG") == true)
  }
}
