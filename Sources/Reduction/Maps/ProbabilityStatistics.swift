import Interferometry

/// Per-pixel statistics of the probability maps of many interferograms on one grid, accumulated frame by frame.
public struct ProbabilityStatistics: Sendable {
  /// Grid of the result; other grids are resampled by nearest neighbour.
  public let grid: Grid
  /// Georeference of the result.
  public let geoTransform: GeoTransform
  private var maximum: [Float]
  private var sum: [Double]
  private var above05: [Int32]
  private var above08: [Int32]
  private var count: [Int32]

  public init(grid: Grid, geoTransform: GeoTransform) {
    self.grid = grid
    self.geoTransform = geoTransform
    maximum = [Float](repeating: 0, count: grid.count)
    sum = [Double](repeating: 0, count: grid.count)
    above05 = [Int32](repeating: 0, count: grid.count)
    above08 = above05
    count = above05
  }

  /// Counts interferograms of a frame that share a data mask.
  ///
  /// - Parameters:
  ///   - interferograms: number of interferograms, 1 or more.
  ///   - mask: 1 for data and 0 for no data, on the frame's own grid, row-major; `nil` if unknown, then every
  ///     pixel counts.
  ///   - alignment: alignment of this grid with the frame's.
  mutating func count(_ interferograms: Int, mask: UnsafeBufferPointer<UInt8>?, aligned alignment: GridAlignment) {
    for row in 0..<grid.height where alignment.rows[row] >= 0 {
      let source = alignment.rows[row] * alignment.sourceWidth
      for run in alignment.runs {
        for column in run.columns {
          let hasData = mask.map { $0[source + alignment.columns[column]] == 1 } ?? true
          count[row * grid.width + column] += hasData ? Int32(interferograms) : 0
        }
      }
    }
  }

  /// Call when all interferograms are counted, before any maximum is taken: pixels without data then no longer
  /// keep interferograms from being skipped.
  mutating func endCounting() {
    for pixel in maximum.indices where count[pixel] == 0 { maximum[pixel] = .infinity }
  }

  /// Adds interferograms of a frame to the means. The order of additions determines the last bits of the mean,
  /// so keep it.
  ///
  /// - Parameters:
  ///   - interferograms: number of interferograms, 1 or more.
  ///   - mean: mean of their maps, 0…1, on the frame's own grid, row-major; 0 for no data.
  ///   - alignment: alignment of this grid with the frame's.
  mutating func add(_ interferograms: Int, mean: UnsafeBufferPointer<Float>, aligned alignment: GridAlignment) {
    for row in 0..<grid.height where alignment.rows[row] >= 0 {
      let source = alignment.rows[row] * alignment.sourceWidth
      for run in alignment.runs {
        for column in run.columns {
          let pixel = row * grid.width + column
          sum[pixel] += Double(mean[source + alignment.columns[column]]) * Double(interferograms)
        }
      }
    }
  }

  /// Updates maxima and counts of high probabilities with one row of an interferogram's map.
  ///
  /// - Parameters:
  ///   - line: probabilities, 0…1, of `columns`.
  ///   - row: row of this grid.
  ///   - columns: columns of this grid.
  /// - Returns: the lowest maximum of these pixels: a row that nowhere exceeds it or 0.5 changes nothing.
  mutating func raise(_ line: UnsafePointer<Float>, row: Int, columns: Range<Int>) -> Float {
    let start = row * grid.width + columns.lowerBound
    // Compared as bits: nonnegative floats have the order of their bits, and minima of integers vectorise.
    var lowest = Int32.max
    var highest: Int32 = 0
    maximum.withUnsafeMutableBufferPointer { maximum in
      guard let target = maximum.baseAddress.map({ $0 + start }) else { return }
      for index in 0..<columns.count {
        let value = line[index]
        let larger = value > target[index] ? value : target[index]
        target[index] = larger
        lowest = min(lowest, Int32(bitPattern: larger.bitPattern))
        highest = max(highest, Int32(bitPattern: value.bitPattern))
      }
    }
    let highestValue = Float(bitPattern: UInt32(bitPattern: highest))
    if highestValue > 0.5 { Self.count(line, columns.count, above: 0.5, in: &above05, from: start) }
    if highestValue > 0.8 { Self.count(line, columns.count, above: 0.8, in: &above08, from: start) }
    return columns.isEmpty ? 1 : Float(bitPattern: UInt32(bitPattern: lowest))
  }

  private static func count(
    _ line: UnsafePointer<Float>, _ length: Int, above limit: Float, in counts: inout [Int32], from start: Int
  ) {
    counts.withUnsafeMutableBufferPointer { counts in
      guard let target = counts.baseAddress.map({ $0 + start }) else { return }
      for index in 0..<length { target[index] &+= line[index] > limit ? 1 : 0 }
    }
  }

  /// Maximum of each pixel, 0…1; NaN if no interferogram has data there.
  public var maximumProbability: [Float] {
    zip(maximum, count).map { $1 > 0 ? $0 : .nan }
  }

  /// Mean of each pixel over the interferograms with data there, 0…1; NaN if none has.
  public var meanProbability: [Float] {
    zip(sum, count).map { $1 > 0 ? Float($0 / Double($1)) : .nan }
  }

  /// Number of interferograms with data at each pixel and a probability above 0.5.
  public var countAbove05: [Int32] { above05 }

  /// Number of interferograms with data at each pixel and a probability above 0.8.
  public var countAbove08: [Int32] { above08 }

  /// Number of interferograms with data at each pixel; those without a known mask count everywhere on their
  /// grid.
  public var interferogramCount: [Int32] { count }
}
