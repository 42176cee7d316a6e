import Interferometry
import RasterIO

/// Wrapped phase out of a published picture of it.
///
/// A gray picture is taken as −π…π for 0…255. In a coloured one the hue is the phase: which colour stands for which phase,
/// and in which direction they run, moves all phases by a constant or turns their sign, which fringes do not care for.
/// Pixels that are transparent, or have hardly a colour, have no data.
public struct PhasePicture: Sendable {
  public let grid: Grid
  /// Row-major; ``LabelledPatches/noData`` where there is none.
  public let gray: [UInt8]
  /// For each pixel whether it has data.
  public let hasData: [Bool]

  /// Below this difference of the largest and smallest of red, green and blue there is no hue.
  static let leastColour = 24

  /// - Throws: `RasterError`.
  public init(pngFile path: String) throws {
    let picture = try ImageReader(pngFile: path)
    self.init(bands: picture.bands, grid: picture.grid)
  }

  init(bands: [[UInt8]], grid: Grid) {
    self.grid = grid
    let opacity = bands.count == 2 ? bands[1] : bands.count == 4 ? bands[3] : nil
    var gray = [UInt8](repeating: LabelledPatches.noData, count: grid.count)
    var hasData = [Bool](repeating: false, count: grid.count)
    for pixel in 0..<grid.count where opacity.map({ $0[pixel] >= 128 }) ?? true {
      let value = bands.count < 3 ? bands[0][pixel] : Self.hue(bands[0][pixel], bands[1][pixel], bands[2][pixel])
      guard let value else { continue }
      gray[pixel] = value
      hasData[pixel] = true
    }
    self.gray = gray
    self.hasData = hasData
  }

  /// The hue as 0…255, red 0; `nil` where there is hardly a colour.
  static func hue(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8? {
    let (red, green, blue) = (Int(red), Int(green), Int(blue))
    let (high, low) = (max(red, green, blue), min(red, green, blue))
    let range = high - low
    guard range >= leastColour else { return nil }
    var sixths =
      high == red
      ? Double(green - blue) / Double(range)
      : high == green ? 2 + Double(blue - red) / Double(range) : 4 + Double(red - green) / Double(range)
    if sixths < 0 { sixths += 6 }
    return UInt8(min(255, Int((sixths / 6 * 255).rounded())))
  }
}
