import Foundation
import Interferometry

/// Snow on high ground, whose edge is ragged and moves from one acquisition to the next.
struct SnowCover: Sendable {
  /// The coherence between dates of which one or both had snow.
  static let coherence: Float = 0.08

  /// The height of the ground with the raggedness of the snow's edge added, metres.
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

  /// The snow line of an acquisition, metres.
  func line(from stream: inout RandomStream) -> Float {
    lowest + (highest - lowest) * Float(stream.uniform())
  }

  /// Whether a pixel lies under snow while the snow line is at a height.
  func isSnow(at pixel: Int, line: Float) -> Bool { effectiveHeight[pixel] > line }
}
