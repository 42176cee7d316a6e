import Foundation
import Interferometry
import Synthesis

/// Removes data as frame edges, gaps and sea masks do.
struct Blanking {
  private let side: Int
  /// Smooth fields of unit variance; their level sets are coastlines.
  private let coasts: [[Float]]
  /// Rough fields; where they are high, pixels of a masked sea keep their data.
  private let specks: [[Float]]

  init(side: Int, from stream: inout RandomStream) {
    self.side = side
    func fields(exponent: Double, scale: Double, _ stream: inout RandomStream) -> [[Float]] {
      let field = RandomField(
        grid: Grid(height: side, width: side), spectrum: .terrain(exponent: exponent, outerScalePixels: scale))
      return (0..<8).flatMap { _ in
        let (first, second) = field.pair(from: &stream)
        return [first, second]
      }
    }
    coasts = fields(exponent: 3.8, scale: 200, &stream)
    specks = fields(exponent: 2.6, scale: 60, &stream)
  }

  /// For each pixel of a patch, row-major: whether it keeps its data, and whether that becomes noise, as over
  /// open water.
  struct Mask {
    var keeps: [Bool]
    var isNoise: [Bool]
  }

  /// Draws a frame edge, a gap, a coast or an island with a masked sea, or an irregular area with or without
  /// data.
  func mask(from stream: inout RandomStream) -> Mask {
    var mask = Mask(
      keeps: Array(repeating: true, count: side * side), isNoise: Array(repeating: false, count: side * side))
    let kind = stream.uniform()
    if kind < 0.35 {
      straight(isGap: kind < 0.08, &mask, from: &stream)
    } else if kind < 0.75 {
      coast(&mask, from: &stream)
    } else {
      blob(&mask, from: &stream)
    }
    return mask
  }

  private func forEachPixel(_ body: (_ pixel: Int, _ row: Float, _ column: Float) -> Void) {
    for pixel in 0..<(side * side) { body(pixel, Float(pixel / side), Float(pixel % side)) }
  }

  private func straight(isGap: Bool, _ mask: inout Mask, from stream: inout RandomStream) {
    let isTrack = stream.uniform() < 0.7
    let quarters = Double(Int(stream.uniform(0...3.99)))
    let angle = Float(isTrack ? 0.2 + 0.05 * stream.normal() + .pi / 2 * quarters : stream.uniform(0...(2 * .pi)))
    let half = Float(side) / 2
    let edge = half * Float(stream.uniform(-0.95...(isGap ? 0.7 : 0.5)))
    let width = Float(stream.uniform(1...8))
    let (across, along) = (cos(angle), sin(angle))
    forEachPixel { pixel, row, column in
      let distance = (row - half) * across + (column - half) * along - edge
      mask.keeps[pixel] = isGap ? abs(distance) > width : distance > 0
    }
  }

  private func coast(_ mask: inout Mask, from stream: inout RandomStream) {
    let land = coasts[Int.random(in: 0..<coasts.count, using: &stream)]
    let rough = specks[Int.random(in: 0..<specks.count, using: &stream)]
    let level = Float(stream.uniform(-1.2...0.7))
    let speckLevel = Float(stream.uniform(0.3...3.5))
    let isNoisy = stream.uniform() < 0.8
    for pixel in mask.keeps.indices where land[pixel] < level {
      mask.keeps[pixel] = rough[pixel] + 0.5 * Float(stream.normal()) > speckLevel
      mask.isNoise[pixel] = isNoisy
    }
  }

  private func blob(_ mask: inout Mask, from stream: inout RandomStream) {
    let wobble = coasts[Int.random(in: 0..<coasts.count, using: &stream)]
    let size = Double(side)
    let (centreRow, centreColumn) = (Float(stream.uniform(0...size)), Float(stream.uniform(0...size)))
    let radius = Float(stream.uniform((size / 4)...(size * 0.7)))
    let takesInside = stream.uniform() < 0.3
    forEachPixel { pixel, row, column in
      let distance = ((row - centreRow) * (row - centreRow) + (column - centreColumn) * (column - centreColumn))
        .squareRoot()
      mask.keeps[pixel] = (distance < radius * (1 + 0.25 * wobble[pixel])) != takesInside
    }
  }
}
