import RasterIO

/// Finds the palette of a picture: the one whose colours are nearest to the picture's.
struct PaletteSearch {
  /// Number of pixels examined, evenly spaced.
  private static let sampleSize = 4096
  /// Largest mean distance between a picture's colours and a matching palette, units of 0…255.
  private static let largestMean = 12.0
  /// Colours further from the table than this are not phase but borders, coasts or letters; units of 0…255.
  static let largestDistance = 48.0
  /// Pixels darker than this have no data.
  static let leastBrightness = 16.0
  /// Largest difference between red, green and blue of a gray.
  static let grayRange = 8.0
  /// Smallest saturation at which the hues of a wheel can be separated.
  private static let leastSaturation = 0.15

  private let colours: [SIMD3<Double>]

  /// - Parameters:
  ///   - red: Red band, row-major.
  ///   - green: Green band.
  ///   - blue: Blue band.
  ///   - isOpaque: Whether the pixel with this index is opaque.
  init(_ red: [UInt8], _ green: [UInt8], _ blue: [UInt8], isOpaque: (Int) -> Bool) {
    let opaque = red.indices.filter(isOpaque)
    let step = max(1, opaque.count / Self.sampleSize)
    colours = stride(from: 0, to: opaque.count, by: step).map {
      let pixel = opaque[$0]
      return SIMD3(Double(red[pixel]), Double(green[pixel]), Double(blue[pixel]))
    }
  }

  /// The palette; `nil` if none fits or no pixel is bright enough.
  var palette: PhasePalette? {
    let seen = colours.filter { $0.max() >= Self.leastBrightness }
    let coloured = seen.filter { $0.max() - $0.min() > Self.grayRange }
    guard !coloured.isEmpty else { return seen.isEmpty ? nil : .gray }
    // A gray picture may contain a few coloured letters; grays in a coloured picture are borders and
    // backgrounds.
    if coloured.count * 20 < seen.count { return .gray }
    let fits = PhasePalette.known.map { ($0, Self.meanDistance(of: coloured, to: $0)) }
    if let best = fits.min(by: { $0.1 < $1.1 }), best.1 <= Self.largestMean {
      // Two palettes are parts of others; they differ in the ends of their range.
      if best.0 == .hue, Self.endsShortOfRed(coloured) { return .matplotlibHue }
      if [.licsar, .licsarOfNine].contains(best.0) {
        return Self.endsInLightColours(coloured) ? .licsarOfNine : .licsar
      }
      return best.0
    }
    return pastelWheel(coloured)
  }

  /// Whether the colours reach both ends of the nine-class table and none lies beyond.
  private static func endsInLightColours(_ colours: [SIMD3<Double>]) -> Bool {
    let positions = colours.map { PhasePalette.licsar.nearest(to: $0).position }
    return !positions.contains { $0 < 0.09 || $0 > 0.91 }
      && [0.09...0.14, 0.86...0.91].allSatisfy { end in positions.count { end.contains($0) } >= 10 }
  }

  /// Whether the hues reach the end of matplotlib's range and none continues to red.
  private static func endsShortOfRed(_ colours: [SIMD3<Double>]) -> Bool {
    let positions = colours.map { PhasePalette.hue.nearest(to: $0).position }
    return !positions.contains { $0 > 0.987 && $0 < 0.999 } && positions.count { $0 > 0.95 && $0 <= 0.987 } >= 10
  }

  /// A wheel of hues of equal saturation.
  private func pastelWheel(_ coloured: [SIMD3<Double>]) -> PhasePalette? {
    let saturations = coloured.map { 1 - $0.min() / $0.max() }.sorted()
    let saturation = saturations[saturations.count / 2]
    guard saturation >= Self.leastSaturation else { return nil }
    let wheel = PhasePalette.hueWheel(saturation: (saturation * 100).rounded() / 100)
    return Self.meanDistance(of: coloured, to: wheel) <= Self.largestMean ? wheel : nil
  }

  /// Mean distance of colours from a palette, each limited to ``largestDistance``.
  private static func meanDistance(of colours: [SIMD3<Double>], to palette: PhasePalette) -> Double {
    colours.reduce(0) { $0 + min(largestDistance, palette.nearest(to: $1).distance) } / Double(colours.count)
  }
}
