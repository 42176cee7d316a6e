import CVectors
import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// The loops for each width of vectors that this processor can run, against the matrices they stand for.
@Suite struct VectorTests {
  private typealias Gather = (
    Int32, UnsafePointer<Float>?, Int, Int, Int32, Int32, Int32, Int32, Int32, UnsafeMutablePointer<Float>?, Int
  ) -> Void
  private typealias Scatter = (
    Int32, Int32, UnsafePointer<Float>?, Int, UnsafePointer<Float>?, Int32, Int32, UnsafeMutablePointer<Float>?,
    Int,
    Int, Int32, Int32
  ) -> Void

  private static var gathers: [Gather] {
    var all: [Gather] = [volcsweep_winograd_gather_1, volcsweep_winograd_gather_4]
    #if arch(x86_64)
      if Vectors.lanes >= 8 { all.append(volcsweep_winograd_gather_8) }
      if Vectors.lanes >= 16 { all.append(volcsweep_winograd_gather_16) }
    #endif
    return all
  }

  private static var scatters: [Scatter] {
    var all: [Scatter] = [volcsweep_winograd_scatter_1, volcsweep_winograd_scatter_4]
    #if arch(x86_64)
      if Vectors.lanes >= 8 { all.append(volcsweep_winograd_scatter_8) }
      if Vectors.lanes >= 16 { all.append(volcsweep_winograd_scatter_16) }
    #endif
    return all
  }

  /// matrix · square · matrixᵀ
  private static func transformed(_ matrix: [[Double]], _ square: [[Double]]) -> [[Double]] {
    let half: [[Double]] = matrix.map { row in
      square[0].indices.map { column in row.indices.reduce(0.0) { $0 + row[$1] * square[$1][column] } }
    }
    return half.map { line in matrix.map { row in row.indices.reduce(0.0) { $0 + row[$1] * line[$1] } } }
  }

  private static let channels = 32

  @Test(arguments: [(2, 3), (4, 3), (5, 3), (2, 5), (4, 5)], [0, 1])
  func everyWidthGathersWhatTheInputMatrixSays(shape: (outputs: Int, taps: Int), margin: Int) {
    let transform = WinogradTransform(outputs: shape.outputs, taps: shape.taps)
    let n = transform.inputs
    let channels = Self.channels
    let pixels = FormulaNumbers.uniform("gather", count: n * n * channels)
    let plane = channels + 16
    for (kind, gather) in Self.gathers.enumerated() {
      var products = [Float](repeating: .nan, count: n * n * plane)
      let (first, end) = (Int32(margin), Int32(n - margin))
      gather(
        Int32(n), pixels, n * channels, channels, first, end, first, end, Int32(channels), &products, plane)
      for channel in 0..<channels {
        let square: [[Double]] = (0..<n).map { row in
          (0..<n).map { column in
            let isInside = min(row, column) >= margin && max(row, column) < n - margin
            return isInside ? Double(pixels[(row * n + column) * channels + channel]) : 0
          }
        }
        let wanted = Self.transformed(transform.inputMatrix, square)
        let farthest = (0..<(n * n)).map { index in
          abs(Double(products[index * plane + channel]) - wanted[index / n][index % n])
        }.max()
        #expect((farthest ?? .infinity) < 1e-4, "kind \(kind), channel \(channel)")
      }
    }
  }

  @Test(arguments: [(2, 3), (4, 3), (5, 3), (2, 5), (4, 5)], [true, false])
  func everyWidthScattersWhatTheOutputMatrixSays(shape: (outputs: Int, taps: Int), relu: Bool) {
    let transform = WinogradTransform(outputs: shape.outputs, taps: shape.taps)
    let (n, m) = (transform.inputs, transform.outputs)
    let channels = Self.channels
    let products = FormulaNumbers.uniform("scatter", count: n * n * channels)
    let bias = FormulaNumbers.uniform("bias", count: channels)
    for (kind, scatter) in Self.scatters.enumerated() {
      var pixels = [Float](repeating: 7, count: m * m * channels)
      // The last row and column do not belong to the image.
      let kept = Int32(m - 1)
      scatter(
        Int32(n), Int32(m), products, channels, bias, relu ? 1 : 0, Int32(channels), &pixels, m * channels,
        channels,
        kept, kept)
      for channel in 0..<channels {
        let square: [[Double]] = (0..<n).map { row in
          (0..<n).map { Double(products[(row * n + $0) * channels + channel]) }
        }
        let sums = Self.transformed(transform.outputMatrix, square)
        for row in 0..<m {
          for column in 0..<m {
            let sum = sums[row][column] + Double(bias[channel])
            let wanted = row == m - 1 || column == m - 1 ? 7 : relu ? max(0, sum) : sum
            let found = Double(pixels[(row * m + column) * channels + channel])
            #expect(abs(found - wanted) < 1e-3, "kind \(kind), \(row), \(column), channel \(channel)")
          }
        }
      }
    }
  }

  @Test func bfloat16IsTheNearestWithTiesToTheEven() {
    let numbers: [Float] = [
      0, -0.0, 1, -1, 1.00390625, 1.01171875, 3.140625, Float(bitPattern: 0x1_2345), .infinity, -.infinity,
      .greatestFiniteMagnitude,
    ]
    let wanted: [UInt16] = [
      0, 0x8000, 0x3f80, 0xbf80, 0x3f80, 0x3f82, 0x4049, 0x0001, 0x7f80, 0xff80, 0x7f80,
    ]
    var found = [UInt16](repeating: 0, count: numbers.count)
    BFloat16.round(numbers, count: numbers.count, into: &found)
    #expect(found == wanted)
    let noNumbers = [Float.nan, -Float.nan, Float(bitPattern: 0x7fff_ffff), Float(bitPattern: 0x7f80_0001)]
    found = [UInt16](repeating: 0, count: 4)
    BFloat16.round(noNumbers, count: 4, into: &found)
    #expect(found.allSatisfy { Float(bitPattern: UInt32($0) << 16).isNaN })
  }
}
