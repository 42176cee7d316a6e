import Foundation

/// A colour table for wrapped phase: linear interpolation of red, green and blue between stops, as plotting
/// programs do.
public struct PhasePalette: Hashable, Sendable {
  /// Common name, with the phase at both ends.
  public let name: String
  /// Colours 0…255 at increasing positions 0…1 along the table.
  let stops: [(position: Double, colour: SIMD3<Double>)]
  /// Phase of the first stop, radians.
  let first: Double
  let last: Double
  /// Whether colours may be darkened, for example by the amplitude; then only the ratios of red, green and
  /// blue count.
  let isDarkened: Bool

  public static func == (left: PhasePalette, right: PhasePalette) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  init(
    _ name: String, stops: [(position: Double, colour: SIMD3<Double>)], from first: Double = -Double.pi,
    to last: Double = Double.pi, isDarkened: Bool = false
  ) {
    (self.name, self.stops, self.first, self.last) = (name, stops, first, last)
    self.isDarkened = isDarkened
  }

  /// Equally spaced colours, as hexadecimal 0xRRGGBB.
  init(
    _ name: String, colours: [Int], from first: Double = -Double.pi, to last: Double = Double.pi,
    isDarkened: Bool = false
  ) {
    let stops = colours.enumerated().map { index, colour in
      (
        position: Double(index) / Double(colours.count - 1),
        colour: SIMD3(Double(colour >> 16), Double(colour >> 8 & 255), Double(colour & 255))
      )
    }
    self.init(name, stops: stops, from: first, to: last, isDarkened: isDarkened)
  }

  /// Each band as linear interpolation between (position, value) pairs of 0…1.
  init(
    _ name: String, red: [(Double, Double)], green: [(Double, Double)], blue: [(Double, Double)],
    isDarkened: Bool = false
  ) {
    func value(_ knots: [(Double, Double)], at position: Double) -> Double {
      for (start, end) in zip(knots, knots.dropFirst()) where position <= end.0 {
        return 255 * (start.1 + (position - start.0) / (end.0 - start.0) * (end.1 - start.1))
      }
      return 255 * (knots.last?.1 ?? 0)
    }
    let positions = Set((red + green + blue).map(\.0)).sorted()
    let stops = positions.map { position in
      (
        position: position,
        colour: SIMD3(value(red, at: position), value(green, at: position), value(blue, at: position))
      )
    }
    self.init(name, stops: stops, isDarkened: isDarkened)
  }

  /// The position 0…1 along the table whose colour is nearest, and its distance in units of 0…255.
  func nearest(to colour: SIMD3<Double>) -> (position: Double, distance: Double) {
    let colour = shown(colour)
    var best = (position: 0.0, square: Double.infinity)
    for (start, end) in zip(stops, stops.dropFirst()) {
      let line = end.colour - start.colour
      let length = (line * line).sum()
      // In a segment of constant colour, take the middle.
      let along = length > 0 ? min(1, max(0, ((colour - start.colour) * line).sum() / length)) : 0.5
      let gap = colour - (start.colour + along * line)
      let square = (gap * gap).sum()
      if square < best.square || square == best.square && length == 0 {
        best = (start.position + along * (end.position - start.position), square)
      }
    }
    return (best.position, best.square.squareRoot())
  }

  /// The colour scaled to the table's brightness, if the table's colours may be darkened.
  private func shown(_ colour: SIMD3<Double>) -> SIMD3<Double> {
    let brightest = colour.max()
    return isDarkened && brightest > 0 ? colour * (255 / brightest) : colour
  }

  /// Phase at a position along the table, −π…π. Positions of a table that extends beyond ±π are clamped to
  /// ±π.
  func phase(at position: Double) -> Double { min(Double.pi, max(-Double.pi, first + position * (last - first))) }
}

extension PhasePalette {
  /// Black to white.
  public static let gray = PhasePalette("gray (−π black to π white)", colours: [0x000000, 0xFFFFFF])

  /// ColorBrewer's RdYlBu with 11 classes, reversed: the palette of LiCSAR's pictures, from which Hephaestus
  /// is made.
  public static let licsar = PhasePalette(
    "RdYlBu (−3.2 rad blue, 0 pale yellow, 3.2 rad red)",
    colours: [
      0x313695, 0x4575B4, 0x74ADD1, 0xABD9E9, 0xE0F3F8, 0xFFFFBF, 0xFEE090, 0xFDAE61, 0xF46D43, 0xD73027, 0xA50026,
    ], from: -3.2, to: 3.2)

  /// As ``licsar`` with 9 classes, which ends in lighter colours.
  public static let licsarOfNine = PhasePalette(
    "RdYlBu of 9 classes (−3.2 rad blue, 0 pale yellow, 3.2 rad red)",
    colours: [0x4575B4, 0x74ADD1, 0xABD9E9, 0xE0F3F8, 0xFFFFBF, 0xFEE090, 0xFDAE61, 0xF46D43, 0xD73027],
    from: -3.2, to: 3.2)

  /// GAMMA's phase wheel; darkened by the amplitude if one is drawn with it.
  public static let gamma = PhasePalette(
    "cyan, magenta and yellow wheel (−π cyan)", colours: [0x00FFFF, 0xFF00FF, 0xFFFF00, 0x00FFFF], isDarkened: true)

  /// Full hues: red, green, blue, red.
  public static let hue = hueWheel(saturation: 1)

  /// matplotlib's `hsv`, which ends before red.
  static let matplotlibHue = PhasePalette(
    "hsv of matplotlib (−π red, then yellow)",
    red: [
      (0, 1), (0.158730, 1), (0.174603, 0.968750), (0.333333, 0.031250), (0.349206, 0), (0.666667, 0),
      (0.682540, 0.031250), (0.841270, 0.968750), (0.857143, 1), (1, 1),
    ],
    green: [
      (0, 0), (0.158730, 0.937500), (0.174603, 1), (0.507937, 1), (0.666667, 0.062500), (0.682540, 0), (1, 0),
    ],
    blue: [
      (0, 0), (0.333333, 0), (0.349206, 0.062500), (0.507937, 1), (0.841270, 1), (0.857143, 0.937500), (1, 0.09375),
    ], isDarkened: true)

  /// Red, green and blue as cosines a third of a cycle apart; the palette of volcsweep's own pages.
  static let cosines = PhasePalette(
    "wheel of cosines (−π red, then yellow)",
    stops: (0...96).map { step in
      let angle = Double(step) / 96 * 2 * Double.pi
      let bands = [0, 1, 2].map { 128 + 110 * cos(angle - Double($0) * 2 * Double.pi / 3) }
      return (position: Double(step) / 96, colour: SIMD3(bands[0], bands[1], bands[2]))
    })

  /// Jet of MATLAB and GMT, with dark ends.
  public static let jet = PhasePalette(
    "jet (−π dark blue to π dark red)",
    colours: [0x000080, 0x0000FF, 0x0080FF, 0x00FFFF, 0x80FF80, 0xFFFF00, 0xFF8000, 0xFF0000, 0x800000])

  /// matplotlib's `jet`, with stops at other positions.
  static let matplotlibJet = PhasePalette(
    "jet of matplotlib (−π dark blue to π dark red)",
    red: [(0, 0), (0.35, 0), (0.66, 1), (0.89, 1), (1, 0.5)],
    green: [(0, 0), (0.125, 0), (0.375, 1), (0.64, 1), (0.91, 0), (1, 0)],
    blue: [(0, 0.5), (0.11, 1), (0.34, 1), (0.65, 0), (1, 0)])

  /// Hues of equal saturation 0…1; colours may be darkened.
  static func hueWheel(saturation: Double) -> PhasePalette {
    let pure: [SIMD3<Double>] = [
      [255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255], [255, 0, 0],
    ]
    let white = SIMD3<Double>(repeating: 255)
    let stops = pure.enumerated().map { index, colour in
      (position: Double(index) / 6, colour: saturation * colour + (1 - saturation) * white)
    }
    let percent = Int((saturation * 100).rounded())
    return PhasePalette(
      percent == 100
        ? "hue wheel (−π red, then yellow)" : "hue wheel of \(percent) % saturation (−π red, then yellow)",
      stops: stops, isDarkened: true)
  }

  /// The palettes tried on every picture; the first of several that fit equally is taken.
  static let known = [licsar, licsarOfNine, gamma, hue, cosines, jet, matplotlibJet]
}
