import Interferometry

/// Which pixels of an interferogram have data, one bit each: small enough to keep for all interferograms of a unit.
public struct ValidPixels: Hashable, Sendable {
  /// Rows and columns of the interferogram.
  public let grid: Grid
  /// Row by row, the first pixel in the lowest bit; bits beyond the last pixel are 0.
  private var words: [UInt64]

  /// No pixel has data.
  public init(grid: Grid) {
    self.grid = grid
    words = [UInt64](repeating: 0, count: (grid.count + 63) / 64)
  }

  /// - Parameter phase: Fills the grid, row-major; NaN for no data.
  public mutating func take(_ phase: UnsafeBufferPointer<Float>) {
    precondition(phase.count == grid.count, "the phase fills the grid")
    for word in words.indices {
      let start = word * 64
      var bits: UInt64 = 0
      for bit in 0..<min(64, grid.count - start) {
        let value = phase[start + bit]
        bits |= (value == value ? 1 : 0) << UInt64(bit)
      }
      words[word] = bits
    }
  }

  /// - Parameter mask: One of as many pixels as the grid has.
  public mutating func take(_ mask: DataMask) {
    precondition(mask.pixelCount == grid.count, "the mask fills the grid")
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: grid.count) { bytes in
      mask.expand(into: bytes)
      for word in words.indices {
        let start = word * 64
        var bits: UInt64 = 0
        for bit in 0..<min(64, grid.count - start) { bits |= UInt64(bytes[start + bit]) << UInt64(bit) }
        words[word] = bits
      }
    }
  }

  /// The same as run lengths.
  public var mask: DataMask { DataMask(pixelCount: grid.count) { words[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 } }

  /// Whether a pixel has data.
  public func holds(row: Int, column: Int) -> Bool {
    let index = row * grid.width + column
    return words[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// Number of pixels with data in a part of the grid.
  public func count(rows: Range<Int>, columns: Range<Int>) -> Int {
    var count = 0
    for row in rows {
      for column in columns where holds(row: row, column: column) { count += 1 }
    }
    return count
  }

  /// Sets pixels without data to 0.
  public func clear(_ map: UnsafeMutableBufferPointer<Float>) {
    precondition(map.count == grid.count, "the map fills the grid")
    for (word, bits) in words.enumerated() where bits != .max {
      let start = word * 64
      for bit in 0..<min(64, grid.count - start) where bits >> UInt64(bit) & 1 == 0 { map[start + bit] = 0 }
    }
  }

  /// The pixel with data that is nearest to a point; ties go to the northernmost, then the westernmost.
  ///
  /// - Returns: `nil` if no pixel has data.
  public func nearest(row: Float, column: Float) -> ProbabilityPeak.Place? {
    let centre = (
      row: min(max(Int(row.rounded()), 0), grid.height - 1),
      column: min(max(Int(column.rounded()), 0), grid.width - 1)
    )
    if holds(row: centre.row, column: centre.column) {
      return ProbabilityPeak.Place(row: centre.row, column: centre.column)
    }
    var best: (distance: Float, place: ProbabilityPeak.Place)?
    for y in 0..<grid.height {
      let down = Float(y) - row
      if let best, down * down >= best.distance { continue }
      for x in 0..<grid.width where holds(row: y, column: x) {
        let across = Float(x) - column
        let distance = down * down + across * across
        if best.map({ distance < $0.distance }) ?? true {
          best = (distance, ProbabilityPeak.Place(row: y, column: x))
        }
      }
    }
    return best?.place
  }
}
