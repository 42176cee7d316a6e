/// The pixels of an interferogram that have data, as run lengths in row-major order: unsigned LEB128 numbers,
/// alternately of pixels without and with data. The first is of pixels without data; it is 0 if the first
/// pixel has data.
public struct DataMask: Hashable, Sendable {
  /// Why bytes are not the mask of a raster.
  public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes.
    public let description: String
  }

  /// The encoded run lengths.
  public let bytes: [UInt8]
  /// Number of pixels of the raster.
  public let pixelCount: Int
  /// Number of pixels with data.
  public let dataCount: Int

  /// - Parameter phase: Pixels of an interferogram, row-major; NaN for no data.
  public init(of phase: UnsafeBufferPointer<Float>) {
    self.init(pixelCount: phase.count) { phase[$0] == phase[$0] }
  }

  /// - Parameters:
  ///   - pixelCount: Number of pixels of the raster.
  ///   - hasPixel: Whether a pixel, counted row by row, has data.
  public init(pixelCount: Int, hasPixel: (Int) -> Bool) {
    var bytes: [UInt8] = []
    var (length, dataCount) = (0, 0)
    var hasData = false
    func endRun() {
      var rest = length
      repeat {
        bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
        rest >>= 7
      } while rest > 0
      if hasData { dataCount += length }
      length = 0
    }
    for pixel in 0..<pixelCount {
      if hasPixel(pixel) != hasData {
        endRun()
        hasData.toggle()
      }
      length += 1
    }
    endRun()
    self.bytes = bytes
    self.pixelCount = pixelCount
    self.dataCount = dataCount
  }

  /// Decodes and checks run lengths.
  ///
  /// - Parameters:
  ///   - bytes: The encoded run lengths.
  ///   - pixelCount: Number of pixels of the raster, which must equal the sum of the runs.
  /// - Throws: ``Malformed`` for a wrong sum, empty runs other than the first, and numbers that are
  ///   unterminated or longer than necessary.
  public init(bytes: [UInt8], pixelCount: Int) throws(Malformed) {
    var (sum, dataCount) = (0, 0)
    var reader = RunReader(bytes)
    var isFirst = true
    while let run = try reader.next() {
      guard run.length > 0 || isFirst && bytes.count > 1, run.length <= pixelCount - sum else {
        throw Malformed(description: "its runs are not those of \(pixelCount) pixels")
      }
      isFirst = false
      sum += run.length
      if run.hasData { dataCount += run.length }
    }
    guard sum == pixelCount else {
      throw Malformed(description: "its runs cover \(sum) of \(pixelCount) pixels")
    }
    self.bytes = bytes
    self.pixelCount = pixelCount
    self.dataCount = dataCount
  }

  /// Writes 1 for pixels with data and 0 for others.
  ///
  /// - Parameter pixels: ``pixelCount`` bytes, row-major.
  public func expand(into pixels: UnsafeMutableBufferPointer<UInt8>) {
    precondition(pixels.count == pixelCount, "the mask fills the raster")
    var reader = RunReader(bytes)
    var position = 0
    while let run = try? reader.next() {
      let pixels = UnsafeMutableBufferPointer(rebasing: pixels[position..<position + run.length])
      pixels.update(repeating: run.hasData ? 1 : 0)
      position += run.length
    }
  }

  private struct RunReader {
    private let bytes: [UInt8]
    private var position = 0
    private var hasData = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next run; `nil` at the end.
    mutating func next() throws(Malformed) -> (length: Int, hasData: Bool)? {
      guard position < bytes.count else { return nil }
      var (length, shift) = (0, 0)
      while true {
        guard position < bytes.count, shift <= 49 else {
          throw Malformed(description: "a run's length does not end")
        }
        let byte = bytes[position]
        position += 1
        length |= Int(byte & 0x7F) << shift
        shift += 7
        guard byte < 0x80 else { continue }
        guard byte != 0 || shift == 7 else { throw Malformed(description: "a run's length has a byte too many") }
        hasData.toggle()
        return (length, hasData)
      }
    }
  }
}
