/// At which pixels an interferogram has data, in run lengths over its pixels in row-major order: unsigned LEB128
/// numbers, the first of pixels without data (0 where the first pixel has data), then with, and so on in turn.
public struct DataMask: Hashable, Sendable {
  /// Bytes that are no mask of a raster, and why.
  public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The run lengths.
  public let bytes: [UInt8]
  /// Pixels of the raster.
  public let pixelCount: Int
  /// Pixels with data.
  public let dataCount: Int

  /// - Parameter phase: an interferogram's pixels, row-major; NaN where there is no data.
  public init(of phase: UnsafeBufferPointer<Float>) {
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
    for value in phase {
      if (value == value) != hasData {
        endRun()
        hasData.toggle()
      }
      length += 1
    }
    endRun()
    self.bytes = bytes
    pixelCount = phase.count
    self.dataCount = dataCount
  }

  /// Reads run lengths that came from elsewhere.
  ///
  /// - Parameters:
  ///   - bytes: the run lengths.
  ///   - pixelCount: pixels of the raster, which they must cover exactly.
  /// - Throws: ``Malformed`` for runs of another sum, empty runs but the first, and numbers that do not end or are
  ///   longer than need be.
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

  /// Writes 1 where there is data and 0 elsewhere.
  ///
  /// - Parameter pixels: ``pixelCount`` bytes, row-major.
  public func expand(into pixels: UnsafeMutableBufferPointer<UInt8>) {
    precondition(pixels.count == pixelCount, "the mask fills the raster")
    var reader = RunReader(bytes)
    var place = 0
    while let run = try? reader.next() {
      let pixels = UnsafeMutableBufferPointer(rebasing: pixels[place..<place + run.length])
      pixels.update(repeating: run.hasData ? 1 : 0)
      place += run.length
    }
  }

  private struct RunReader {
    private let bytes: [UInt8]
    private var place = 0
    private var hasData = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next run; `nil` at the end.
    mutating func next() throws(Malformed) -> (length: Int, hasData: Bool)? {
      guard place < bytes.count else { return nil }
      var (length, shift) = (0, 0)
      while true {
        guard place < bytes.count, shift <= 49 else { throw Malformed(description: "a run's length does not end") }
        let byte = bytes[place]
        place += 1
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
