import RasterIO

/// Finds out with which palette a picture was drawn: the one whose table is nearest to its colours.
struct PaletteSearch {
  /// Pixels that are looked at, evenly spread.
  private static let sampleSize = 4096
  /// How far from its table a palette's colours lie in the mean at most, units of 0…255.
  private static let largestMean = 12.0
  /// Colours further from the table than this are no phase: borders, coasts, letters.
  static let largestDistance = 48.0
  /// Darker than this is no data.
  static let leastBrightness = 16.0
  /// Red, green and blue of a gray differ by no more than this.
  static let grayRange = 8.0
  /// A wheel's hues need at least this saturation to be told apart.
  private static let leastSaturation = 0.15

  private let colours: [SIMD3<Double>]

  /// Takes the picture's bands, and tells for each pixel whether it is opaque.
  init(_ red: [UInt8], _ green: [UInt8], _ blue: [UInt8], isOpaque: (Int) -> Bool) {
    let opaque = red.indices.filter(isOpaque)
    let step = max(1, opaque.count / Self.sampleSize)
    colours = stride(from: 0, to: opaque.count, by: step).map {
      let pixel = opaque[$0]
      return SIMD3(Double(red[pixel]), Double(green[pixel]), Double(blue[pixel]))
    }
  }

  /// The palette; `nil` where none fits, or the picture has no colour at all.
  var palette: PhasePalette? {
    let seen = colours.filter { $0.max() >= Self.leastBrightness }
    let coloured = seen.filter { $0.max() - $0.min() > Self.grayRange }
    guard !coloured.isEmpty else { return seen.isEmpty ? nil : .gray }
    // A gray picture may have a coloured letter or two; grays in a coloured one are borders and backgrounds.
    if coloured.count * 20 < seen.count { return .gray }
    let fits = PhasePalette.known.map { ($0, Self.meanDistance(of: coloured, to: $0)) }
    if let best = fits.min(by: { $0.1 < $1.1 }), best.1 <= Self.largestMean {
      // Two tables are parts of others, and known by where they end.
      if best.0 == .hue, Self.endsShortOfRed(coloured) { return .matplotlibHue }
      if [.licsar, .licsarOfNine].contains(best.0) {
        return Self.endsInLightColours(coloured) ? .licsarOfNine : .licsar
      }
      return best.0
    }
    return pastelWheel(coloured)
  }

  /// Whether the colours reach up to where the table of nine classes ends at both sides, and none goes on.
  private static func endsInLightColours(_ colours: [SIMD3<Double>]) -> Bool {
    let places = colours.map { PhasePalette.licsar.nearest(to: $0).place }
    return !places.contains { $0 < 0.09 || $0 > 0.91 }
      && [0.09...0.14, 0.86...0.91].allSatisfy { end in places.count { end.contains($0) } >= 10 }
  }

  /// Whether the hues reach up to where matplotlib's end, and none goes on to red.
  private static func endsShortOfRed(_ colours: [SIMD3<Double>]) -> Bool {
    let places = colours.map { PhasePalette.hue.nearest(to: $0).place }
    return !places.contains { $0 > 0.987 && $0 < 0.999 } && places.count { $0 > 0.95 && $0 <= 0.987 } >= 10
  }

  /// Hues that are all as pale as one another.
  private func pastelWheel(_ coloured: [SIMD3<Double>]) -> PhasePalette? {
    let saturations = coloured.map { 1 - $0.min() / $0.max() }.sorted()
    let saturation = saturations[saturations.count / 2]
    guard saturation >= Self.leastSaturation else { return nil }
    let wheel = PhasePalette.hueWheel(saturation: (saturation * 100).rounded() / 100)
    return Self.meanDistance(of: coloured, to: wheel) <= Self.largestMean ? wheel : nil
  }

  /// The mean distance, each counted as the largest that is a phase's at most.
  private static func meanDistance(of colours: [SIMD3<Double>], to palette: PhasePalette) -> Double {
    colours.reduce(0) { $0 + min(largestDistance, palette.nearest(to: $1).distance) } / Double(colours.count)
  }
}
