import Interferometry

/// What the probability maps of many interferograms say of each pixel of one grid, gathered frame by frame.
public struct ProbabilityStatistics: Sendable {
  /// The grid of the result; interferograms on others are taken by nearest neighbour.
  public let grid: Grid
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

  /// Counts so many interferograms of a frame that have data at the same pixels.
  ///
  /// - Parameters:
  ///   - interferograms: how many, 1 or more.
  ///   - mask: 1 where they have data and 0 elsewhere, on the frame's own grid, row-major; `nil` where that is not known,
  ///     and every pixel counts.
  ///   - alignment: where the pixels of this grid lie on the frame's.
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

  /// To be called when all interferograms are counted, before any maximum is taken: pixels where none has data hold back
  /// no more the interferograms that can be passed over.
  mutating func endCounting() {
    for pixel in maximum.indices where count[pixel] == 0 { maximum[pixel] = .infinity }
  }

  /// Adds so many interferograms of a frame to the means. The order of additions decides the last bits of the mean, so
  /// keep it.
  ///
  /// - Parameters:
  ///   - interferograms: how many, 1 or more.
  ///   - mean: the mean of their maps, 0…1, on the frame's own grid, row-major; 0 where they have no data.
  ///   - alignment: where the pixels of this grid lie on the frame's.
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

  /// Takes one row of an interferogram's map into the maxima and the counts of high probabilities.
  ///
  /// - Parameters:
  ///   - line: probabilities, 0…1, of `columns`.
  ///   - row: of this grid.
  ///   - columns: of this grid.
  /// - Returns: the lowest of the maxima of these pixels: a line that is nowhere above it, nor above 0.5, changes nothing.
  mutating func raise(_ line: UnsafePointer<Float>, row: Int, columns: Range<Int>) -> Float {
    let start = row * grid.width + columns.lowerBound
    // As bits, because numbers from 0 are in the same order, and the least of whole numbers is found in vectors.
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

  /// The highest probability of each pixel, 0…1; NaN where no interferogram has data.
  public var maximumProbability: [Float] {
    zip(maximum, count).map { $1 > 0 ? $0 : .nan }
  }

  /// The mean probability of each pixel over the interferograms that have data there, 0…1; NaN where none has.
  public var meanProbability: [Float] {
    zip(sum, count).map { $1 > 0 ? Float($0 / Double($1)) : .nan }
  }

  /// In how many interferograms each pixel has data and is above 0.5.
  public var countAbove05: [Int32] { above05 }

  /// In how many interferograms each pixel has data and is above 0.8.
  public var countAbove08: [Int32] { above08 }

  /// How many interferograms have data at each pixel; those whose masks are not known count wherever they lie.
  public var interferogramCount: [Int32] { count }
}
