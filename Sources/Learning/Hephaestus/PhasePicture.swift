import Foundation
import Interferometry
import RasterIO

/// Wrapped phase out of a published picture of it.
///
/// A gray picture is taken as −π…π for 0…255. In a coloured one the palette is found out (``PaletteSearch``), and each
/// colour's phase is the place of the nearest colour along the palette's table. Where a wheel begins and in which
/// direction it turns differs between programs; that moves all phases by a constant or turns their sign, which fringes do
/// not depend on. Pixels that are transparent or black, or whose colour is far from the table, have no data.
public struct PhasePicture: Sendable {
  public let grid: Grid
  /// Row-major; ``LabelledPatches/noData`` where there is none.
  public let gray: [UInt8]
  /// For each pixel whether it has data.
  public let hasData: [Bool]
  /// With what it was drawn; `nil` where no pixel has data.
  public let palette: PhasePalette?

  /// - Throws: `RasterError`; ``DataSetError`` for colours of no palette that is known.
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

  /// `nil` for colours of no known palette.
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

  /// The phase of a colour as 0…255; `nil` where it is none.
  static func gray(_ colour: SIMD3<Double>, in palette: PhasePalette) -> UInt8? {
    if palette == .gray { return UInt8(clamping: Int((colour.sum() / 3).rounded())) }
    guard colour.max() >= PaletteSearch.leastBrightness else { return nil }
    let (place, distance) = palette.nearest(to: colour)
    // Gray is a border or a background where the table passes no gray.
    let isGray = colour.max() - colour.min() <= PaletteSearch.grayRange
    guard distance <= (isGray ? PaletteSearch.grayRange : PaletteSearch.largestDistance) else { return nil }
    return UInt8(clamping: Int(((palette.phase(at: place) + .pi) / (2 * .pi) * 255).rounded()))
  }
}
