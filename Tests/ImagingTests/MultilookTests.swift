import Foundation
import Imaging
import Interferometry
import Testing

/// Averages of phasors over squares.
@Suite struct MultilookTests {
  private static let grid = Grid(height: 37, width: 42)

  private func scale(_ factor: Int) throws -> PatchScale {
    let layout = try #require(PatchLayout(of: Self.grid, factors: [factor], size: 32, stride: 8))
    return layout.scales[0]
  }

  private func averaged(_ phase: [Float], _ scale: PatchScale) -> [Float] {
    let multilook = Multilook(grid: Self.grid)
    phase.withUnsafeBufferPointer { multilook.take($0) }
    return [Float](unsafeUninitializedCapacity: scale.canvas.count) { buffer, count in
      buffer.initialize(repeating: 0)
      multilook.average(scale, into: buffer)
      count = scale.canvas.count
    }
  }

  /// With the mathematics library instead of polynomials.
  private func expected(_ phase: [Float], _ scale: PatchScale, _ row: Int, _ column: Int) -> Double? {
    var (real, imaginary, valid, all) = (0.0, 0.0, 0, 0)
    for y in row * scale.factor..<min(Self.grid.height, (row + 1) * scale.factor) {
      for x in column * scale.factor..<min(Self.grid.width, (column + 1) * scale.factor) {
        all += 1
        let value = Double(phase[y * Self.grid.width + x])
        guard !value.isNaN else { continue }
        valid += 1
        real += cos(value)
        imaginary += sin(value)
      }
    }
    return 2 * valid >= all ? atan2(imaginary, real) : nil
  }

  @Test(arguments: [2, 3, 4]) func eachPixelIsTheAngleOfTheSumOfItsPhasors(factor: Int) throws {
    let scale = try scale(factor)
    var state: UInt64 = 99
    let phase = (0..<Self.grid.count).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Float(state >> 40) / Float(1 << 24)
      return number < 0.45 ? .nan : (number - 0.72) * 3.5 * .pi
    }.map { $0.isNaN ? $0 : min(max($0, -.pi), .pi) }
    let canvas = averaged(phase, scale)
    var unknown = 0
    for row in 0..<scale.raster.height {
      for column in 0..<scale.raster.width {
        let value = canvas[(scale.top + row) * scale.canvas.width + scale.left + column]
        if let expected = expected(phase, scale, row, column) {
          // Across the wrap, −π and π are the same.
          let difference = abs(Double(value) - expected)
          #expect(min(difference, 2 * .pi - difference) < 1e-4)
        } else {
          unknown += 1
          #expect(value.isNaN)
        }
      }
    }
    #expect(unknown > 0)
    #expect(canvas.count { !$0.isNaN } == scale.raster.count - unknown, "the margin has no data")
  }

  @Test func aConstantTurnsTheAverageByItself() throws {
    let scale = try scale(4)
    let phase = (0..<Self.grid.count).map { Float(sin(Double($0) * 0.013) * 3) }
    let turned = phase.map { value -> Float in
      let sum = value + 2
      return sum > .pi ? sum - 2 * .pi : sum
    }
    for (one, other) in zip(averaged(phase, scale), averaged(turned, scale)) where !one.isNaN {
      let difference = abs(other - one - 2)
      #expect(min(difference, abs(difference - 2 * .pi)) < 1e-4)
    }
  }
}
