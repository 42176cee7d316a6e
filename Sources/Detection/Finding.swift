import Imaging
import Interferometry

/// What the merged map of an interferogram says.
struct Finding {
  /// Pmax.
  let probability: Float
  /// Factor of the scale of the highest patch.
  let scale: Int
  /// The place of the source, a pixel with data; `nil` if the map is 0 wherever there is data.
  let place: ProbabilityPeak.Place?
  /// Number of pixels with data where the map is above 0.5 and 0.8.
  let pixelsAbove50: Int
  let pixelsAbove80: Int
  let sourceMap: SourceMap?

  /// - Parameters:
  ///   - probability: Pmax.
  ///   - scale: Factor of the scale of the highest patch.
  ///   - peak: Of the map of patches, 0 where there is no data.
  ///   - source: Where the network sees the source.
  ///   - valid: The pixels with data.
  ///   - countsSource: Whether the map of the source is the interferogram's map, instead of that of patches.
  init(
    probability: Float, scale: Int, peak: ProbabilityPeak, source: SourceMerger.Source?, valid: ValidPixels,
    countsSource: Bool
  ) {
    self.probability = probability
    self.scale = scale
    place = source?.place ?? peak.place
    sourceMap = source?.map
    if countsSource, let map = source?.map, map.highest > 0 {
      pixelsAbove50 = map.pixels(above: 0.5, whereHighest: probability, of: valid)
      pixelsAbove80 = map.pixels(above: 0.8, whereHighest: probability, of: valid)
    } else {
      (pixelsAbove50, pixelsAbove80) = (peak.pixelsAbove50, peak.pixelsAbove80)
    }
  }
}

extension SourceMap {
  /// Number of pixels with data in cells above a probability, with the map scaled to a highest probability.
  fileprivate func pixels(above limit: Float, whereHighest probability: Float, of valid: ValidPixels) -> Int {
    guard probability > limit else { return 0 }
    let scale = probability / Float(highest)
    var count = 0
    for row in 0..<rows {
      for column in 0..<columns where Float(values[row * columns + column]) * scale > limit {
        count += valid.count(
          rows: row * Self.cellSize..<min((row + 1) * Self.cellSize, valid.grid.height),
          columns: column * Self.cellSize..<min((column + 1) * Self.cellSize, valid.grid.width))
      }
    }
    return count
  }
}
