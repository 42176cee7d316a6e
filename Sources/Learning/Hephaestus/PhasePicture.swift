import Foundation
import Interferometry
import RasterIO

/// Wrapped phase decoded from a picture.
///
/// A gray picture is 0…255 for −π…π. In a coloured one the palette is recognised (``PaletteSearch``), and the
/// phase of a colour is the position of the nearest colour in the palette. Programs differ in where a colour
/// wheel begins and in its direction; this adds a constant to all phases or reverses their sign, which leaves
/// the fringe pattern unchanged. Pixels that are transparent or black, or whose colour is far from the
/// palette, have no data.
public struct PhasePicture: Sendable {
  /// Size of the picture.
  public let grid: Grid
  /// Phase −π…π as 0…255, row-major; ``LabelledPatches/noData`` where there is no data.
  public let gray: [UInt8]
  /// Whether each pixel has data, row-major.
  public let hasData: [Bool]
  /// The recognised palette; `nil` if no pixel has data.
  public let palette: PhasePalette?

  /// Reads a PNG file.
  ///
  /// - Throws: `RasterError`; ``DataSetError`` if the palette is unknown.
  public init(pngFile path: String) throws {
    let picture = try ImageReader(pngFile: path)
    guard let decoded = PhasePicture(bands: picture.bands, grid: picture.grid) else {
      throw DataSetError(
        file: path,
        problem:
          "does not use a known colour palette; expected gray, RdYlBu (LiCSAR), the wheel of cyan, magenta "
          + "and yellow (GAMMA), a wheel of hues, or jet; export it again with one of these")
    }
    self = decoded
  }

  /// `nil` if the palette is unknown.
  init?(bands: [[UInt8]], grid: Grid) {
    self.grid = grid
    let opacity = bands.count == 2 ? bands[1] : bands.count == 4 ? bands[3] : nil
    func isOpaque(_ pixel: Int) -> Bool { opacity.map { $0[pixel] >= 128 } ?? true }
    var gray = [UInt8](repeating: LabelledPatches.noData, count: grid.count)
    var hasData = [Bool](repeating: false, count: grid.count)
    if bands.count < 3 {
      for pixel in 0..<grid.count where isOpaque(pixel) { (gray[pixel], hasData[pixel]) = (bands[0][pixel], true) }
      palette = .gray
    } else {
      palette = PaletteSearch(bands[0], bands[1], bands[2], isOpaque: isOpaque).palette
      let isBlank = (0..<grid.count).allSatisfy {
        !isOpaque($0) || Double(max(bands[0][$0], bands[1][$0], bands[2][$0])) < PaletteSearch.leastBrightness
      }
      guard palette != nil || isBlank else { return nil }
      var known: [UInt32: UInt8?] = [:]
      for pixel in 0..<grid.count where isOpaque(pixel) {
        let (red, green, blue) = (bands[0][pixel], bands[1][pixel], bands[2][pixel])
        let key = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        let value: UInt8?
        if let before = known[key] {
          value = before
        } else {
          value = palette.flatMap { Self.gray(SIMD3(Double(red), Double(green), Double(blue)), in: $0) }
          known[key] = .some(value)
        }
        guard let value else { continue }
        (gray[pixel], hasData[pixel]) = (value, true)
      }
    }
    self.gray = gray
    self.hasData = hasData
  }

  /// The phase of a colour as 0…255; `nil` if the colour is not phase.
  static func gray(_ colour: SIMD3<Double>, in palette: PhasePalette) -> UInt8? {
    if palette == .gray { return UInt8(clamping: Int((colour.sum() / 3).rounded())) }
    guard colour.max() >= PaletteSearch.leastBrightness else { return nil }
    let (position, distance) = palette.nearest(to: colour)
    // In a palette without grays, gray is a border or a background.
    let isGray = colour.max() - colour.min() <= PaletteSearch.grayRange
    guard distance <= (isGray ? PaletteSearch.grayRange : PaletteSearch.largestDistance) else { return nil }
    return UInt8(clamping: Int(((palette.phase(at: position) + .pi) / (2 * .pi) * 255).rounded()))
  }
}
