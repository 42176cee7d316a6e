import Foundation
import Interferometry

/// Snow on high ground, with a ragged edge that changes between acquisitions.
struct SnowCover: Sendable {
  /// Coherence of snow-covered pixels in a pair in which one or both dates had snow.
  static let coherence: Float = 0.08

  /// Height of the ground plus a random field that makes the snow edge ragged, metres.
  private let effectiveHeight: [Float]
  private let lowest: Float
  private let highest: Float

  init(on topography: Topography, from stream: inout RandomStream) {
    let (ragged, _) = RandomField(grid: topography.grid, spectrum: .terrain(exponent: 3, outerScalePixels: 60))
      .pair(from: &stream)
    let top = topography.heightMetres.max() ?? 0
    effectiveHeight = zip(topography.heightMetres, ragged).map { $0 + 0.06 * max(top, 0) * $1 }
    lowest = 0.35 * top
    highest = 1.2 * top
  }

  /// Draws the snow line of an acquisition, metres.
  func line(from stream: inout RandomStream) -> Float {
    lowest + (highest - lowest) * Float(stream.uniform())
  }

  /// Whether a pixel is snow-covered for a snow line, metres.
  func isSnow(at pixel: Int, line: Float) -> Bool { effectiveHeight[pixel] > line }
}
