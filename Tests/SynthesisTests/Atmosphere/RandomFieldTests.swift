import Foundation
import Interferometry
import Testing

@testable import Synthesis

@Suite struct RandomFieldTests {
  let grid = Grid(height: 340, width: 300)

  /// Mean squared difference of pixels this far apart, along rows and columns.
  func structureFunction(of field: [Float], distance: Int) -> Double {
    var sum = 0.0
    var count = 0.0
    for row in 0..<grid.height - distance {
      for column in 0..<grid.width - distance {
        let here = field[row * grid.width + column]
        let east = Double(field[row * grid.width + column + distance] - here)
        let south = Double(field[(row + distance) * grid.width + column] - here)
        sum += east * east + south * south
        count += 2
      }
    }
    return sum / count
  }

  func meanStructureFunction(_ spectrum: PowerSpectrum, distances: [Int]) -> [Double] {
    let maker = RandomField(grid: grid, spectrum: spectrum)
    var sums = [Double](repeating: 0, count: distances.count)
    for index in 0..<8 {
      var stream = RandomStream(seed: 11, path: UInt64(index))
      let (first, second) = maker.pair(from: &stream)
      for (place, distance) in distances.enumerated() {
        sums[place] += structureFunction(of: first, distance: distance) / 16
        sums[place] += structureFunction(of: second, distance: distance) / 16
      }
    }
    return sums
  }

  @Test(arguments: [(8.0 / 3, 2.0 / 3), (3.0, 1.0)])
  func aSpectrumOfExponentBetaMakesAStructureFunctionOfExponentBetaLessTwo(exponent: Double, slope: Double) {
    let distances = [4, 8, 16, 32]
    let means = meanStructureFunction(
      PowerSpectrum(exponent: exponent, outerScalePixels: 5000), distances: distances)
    let measured = log(means[3] / means[0]) / log(8)
    #expect(abs(measured - slope) < 0.12)
  }

  @Test func anExponentialCovarianceFallsToOneOverEInItsLength() {
    let pixels = 12.0
    let maker = RandomField(grid: grid, spectrum: .exponential(lengthMetres: 111 * pixels, pixelMetres: 111))
    var covariances = [0.0, 0, 0, 0]
    for index in 0..<12 {
      var stream = RandomStream(seed: 15, path: UInt64(index))
      let (first, second) = maker.pair(from: &stream)
      for field in [first, second] {
        for (place, lag) in [0, 6, 12, 24].enumerated() {
          var sum = 0.0
          for row in 0..<grid.height {
            for column in 0..<grid.width - lag {
              sum += Double(field[row * grid.width + column] * field[row * grid.width + column + lag])
            }
          }
          covariances[place] += sum / Double(grid.height * (grid.width - lag)) / 24
        }
      }
    }
    for (place, lag) in [0.0, 6, 12, 24].enumerated() {
      #expect(abs(covariances[place] / covariances[0] - exp(-lag / pixels)) < 0.06, "\(lag)")
    }
    #expect(abs(covariances[0] - 1) < 0.1)
  }

  @Test func turbulenceIsSmootherThanItsLargeScalesSuggest() {
    let means = meanStructureFunction(.turbulence(pixelMetres: 111), distances: [2, 8, 64])
    // Below the layer's thickness the exponent nears 5/3, and the products' filter smooths further.
    #expect(log(means[1] / means[0]) / log(4) > 1.3)
    #expect(log(means[2] / means[1]) / log(8) < 1.1)
  }

  @Test func theTwoFieldsOfAPairAreUnrelatedAndOfVarianceNearOne() {
    let maker = RandomField(grid: grid, spectrum: PowerSpectrum(exponent: 8.0 / 3, outerScalePixels: 30))
    var variance = 0.0
    var covariance = 0.0
    for index in 0..<6 {
      var stream = RandomStream(seed: 12, path: UInt64(index))
      let (first, second) = maker.pair(from: &stream)
      for (a, b) in zip(first, second) {
        variance += Double(a * a + b * b) / Double(12 * grid.count)
        covariance += Double(a * b) / Double(6 * grid.count)
      }
    }
    #expect(abs(variance - 1) < 0.15)
    #expect(abs(covariance) < 0.08)
  }

  @Test func oppositeEdgesHaveNothingToDoWithEachOther() {
    let maker = RandomField(grid: grid, spectrum: PowerSpectrum(exponent: 3, outerScalePixels: 40))
    var near = 0.0
    var across = 0.0
    for index in 0..<8 {
      var stream = RandomStream(seed: 13, path: UInt64(index))
      let (field, _) = maker.pair(from: &stream)
      for row in 0..<grid.height {
        let start = row * grid.width
        near += Double(field[start] * field[start + 2]) / Double(8 * grid.height)
        across += Double(field[start] * field[start + grid.width - 1]) / Double(8 * grid.height)
      }
    }
    #expect(near > 0.5)
    #expect(abs(across) < 0.35)
  }
}
