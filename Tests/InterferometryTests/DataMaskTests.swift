import Testing

@testable import Interferometry

@Suite struct DataMaskTests {
  private func mask(_ pixels: [Float]) -> DataMask { pixels.withUnsafeBufferPointer { DataMask(of: $0) } }

  private func expanded(_ mask: DataMask) -> [UInt8] {
    var pixels = [UInt8](repeating: 9, count: mask.pixelCount)
    pixels.withUnsafeMutableBufferPointer { mask.expand(into: $0) }
    return pixels
  }

  @Test func runsBeginWithThosePixelsThatHaveNoData() {
    #expect(mask([.nan, .nan, 1, .nan]).bytes == [2, 1, 1])
    #expect(mask([0, 1, .nan]).bytes == [0, 2, 1])
    #expect(mask([Float](repeating: 1, count: 300)).bytes == [0, 0xAC, 0x02])
    #expect(mask([Float](repeating: .nan, count: 128)).bytes == [0x80, 0x01])
    #expect(mask([.nan, 1, 1, .nan]).dataCount == 2)
  }

  @Test func everyMaskReadsBackAsThePixelsItWasMadeOf() throws {
    var generator = SystemRandomNumberGenerator()
    for length in [1, 2, 63, 127, 128, 129, 1000, 40_000] {
      for odds in [0, 1, 50, 99, 100] {
        let pixels = (0..<length).map { _ in Int.random(in: 0..<100, using: &generator) < odds ? Float(1) : .nan }
        let made = mask(pixels)
        #expect(expanded(made) == pixels.map { $0.isNaN ? 0 : 1 })
        #expect(try DataMask(bytes: made.bytes, pixelCount: length) == made)
      }
    }
  }

  @Test(arguments: [
    [], [4], [6], [0, 4], [5, 0], [2, 0, 3], [2, 3, 1], [0x80, 0x05], [0x85, 0x00], [0x85], [2, 0x83],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 5],
  ])
  func whatCoversNotJustThePixelsOnceIsRefused(bytes: [UInt8]) {
    #expect(throws: DataMask.Malformed.self) { try DataMask(bytes: bytes, pixelCount: 5) }
  }
}
