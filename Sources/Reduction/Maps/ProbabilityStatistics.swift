import Interferometry

/// What the probability maps of many interferograms say of each pixel of one grid, gathered one after the other.
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

  /// Adds an interferogram's map. The order of additions decides the last bits of the mean, so keep it.
  ///
  /// - Parameters:
  ///   - map: probabilities 0…1 on the interferogram's own grid, row-major; `nil` when it is 0 throughout.
  ///   - alignment: where the pixels of this grid lie on the interferogram's.
  public mutating func add(_ map: UnsafeBufferPointer<Float>?, aligned alignment: GridAlignment) {
    for row in 0..<grid.height {
      let sourceRow = alignment.rows[row]
      guard sourceRow >= 0 else { continue }
      for column in 0..<grid.width {
        let sourceColumn = alignment.columns[column]
        guard sourceColumn >= 0 else { continue }
        let pixel = row * grid.width + column
        count[pixel] += 1
        guard let map else { continue }
        let value = map[sourceRow * alignment.sourceWidth + sourceColumn]
        maximum[pixel] = max(maximum[pixel], value)
        sum[pixel] += Double(value)
        above05[pixel] += value > 0.5 ? 1 : 0
        above08[pixel] += value > 0.8 ? 1 : 0
      }
    }
  }

  /// The highest probability of each pixel, 0…1; NaN where no interferogram lies.
  public var maximumProbability: [Float] {
    zip(maximum, count).map { $1 > 0 ? $0 : .nan }
  }

  /// The mean probability of each pixel, 0…1; NaN where no interferogram lies.
  public var meanProbability: [Float] {
    zip(sum, count).map { $1 > 0 ? Float($0 / Double($1)) : .nan }
  }

  /// In how many interferograms each pixel is above 0.5.
  public var countAbove05: [Int32] { above05 }

  /// In how many interferograms each pixel is above 0.8.
  public var countAbove08: [Int32] { above08 }

  /// How many interferograms lie on each pixel.
  public var interferogramCount: [Int32] { count }
}
