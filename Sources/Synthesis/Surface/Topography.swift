import Foundation
import Interferometry

/// Where an invented volcano stands.
public enum TerrainSetting: String, Sendable, CaseIterable {
  case inland
  case coast
  case island
}

/// Heights of invented ground: a stratovolcano with a caldera and smaller cones on fractal terrain.
public struct Topography: Sendable {
  public let grid: Grid
  /// Metres above the sea, row-major; negative under the sea.
  public let heightMetres: [Float]
  /// The summit's place, pixels from the raster's upper-left corner.
  public let summitRow: Double
  public let summitColumn: Double

  /// - Parameters:
  ///   - grid: the raster's size.
  ///   - pixelMetres: ground distance from a pixel to the next.
  ///   - setting: where the volcano stands.
  ///   - summitRow: how far south of the raster's upper edge its summit lies, pixels.
  ///   - summitColumn: how far east of the raster's left edge, pixels.
  ///   - form: what the volcano looks like; `nil` for cones of all kinds.
  ///   - stream: where the random numbers come from.
  public init(
    grid: Grid, pixelMetres: Double, setting: TerrainSetting, summitRow: Double, summitColumn: Double,
    form: VolcanoForm? = nil, from stream: inout RandomStream
  ) {
    self.grid = grid
    self.summitRow = summitRow
    self.summitColumn = summitColumn
    let land = Land(setting: form == .island ? .island : setting, from: &stream)
    let cones = Cone.group(
      aroundRow: summitRow, column: summitColumn, pixelMetres: pixelMetres, form: form, from: &stream)
    let (rough, bent) = RandomField(grid: grid, spectrum: .terrain(exponent: 3.9, outerScalePixels: 140))
      .pair(from: &stream)
    heightMetres = [Float](unsafeUninitializedCapacity: grid.count) { heights, count in
      for row in 0..<grid.height {
        for column in 0..<grid.width {
          let index = row * grid.width + column
          let east = Float((Double(column) - summitColumn) * pixelMetres / 1000)
          let north = Float((summitRow - Double(row)) * pixelMetres / 1000)
          var cone: Float = 0
          for each in cones { cone += each.height(east: east, north: north, bend: bent[index]) }
          let height = land.base(east: east, north: north) + cone + (70 + 0.1 * cone) * rough[index]
          heights.initializeElement(at: index, to: height)
        }
      }
      count = grid.count
    }
  }

  /// Real heights, taken from their place in the world to where the volcano stands.
  /// - Parameters:
  ///   - elevation: the heights; its highest point of those that have the whole raster inside becomes the summit.
  ///   - grid: the raster's size.
  ///   - pixelDegrees: degrees of latitude from a pixel to the next; pixels are squares on the ground.
  ///   - summitRow: how far south of the raster's upper edge the summit lies, pixels.
  ///   - summitColumn: how far east of the raster's left edge, pixels.
  public init(
    from elevation: ElevationRaster, grid: Grid, pixelDegrees: Double, summitRow: Double, summitColumn: Double
  ) {
    self.grid = grid
    self.summitRow = summitRow
    self.summitColumn = summitColumn
    let place = elevation.geoTransform
    let middle = place.latitude(ofRow: elevation.grid.height / 2) * .pi / 180
    let rows = pixelDegrees / -place.latitudeStep
    let columns = pixelDegrees / place.longitudeStep / max(0.05, cos(middle))
    let summit = elevation.summit(
      rows: (summitRow * rows, Double(elevation.grid.height) - (Double(grid.height) - summitRow) * rows),
      columns: (
        summitColumn * columns, Double(elevation.grid.width) - (Double(grid.width) - summitColumn) * columns
      ))
    var heights: [Float] = []
    heights.reserveCapacity(grid.count)
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let height = elevation.height(
          row: summit.row + (Double(row) + 0.5 - summitRow) * rows,
          column: summit.column + (Double(column) + 0.5 - summitColumn) * columns)
        // The sea lies at 0 in such files, below 0 in ours.
        heights.append(height == 0 ? -1 : height)
      }
    }
    heightMetres = heights
  }
}

/// The plain that a volcano stands on.
private struct Land {
  let metres: Float
  let eastSlopeMetresPerKilometre: Float
  let northSlopeMetresPerKilometre: Float

  init(setting: TerrainSetting, from stream: inout RandomStream) {
    let direction = stream.uniform(0...(2 * .pi))
    let slope = setting == .coast ? stream.uniform(22...32) : stream.uniform(0...6)
    eastSlopeMetresPerKilometre = Float(slope * cos(direction))
    northSlopeMetresPerKilometre = Float(slope * sin(direction))
    metres =
      switch setting {
      case .inland: Float(stream.uniform(450...900))
      case .coast: Float(stream.uniform(120...260))
      case .island: Float(stream.uniform(-330 ... -230))
      }
  }

  func base(east: Float, north: Float) -> Float {
    metres + east * eastSlopeMetresPerKilometre + north * northSlopeMetresPerKilometre
  }
}

/// A cone of exponential profile, its top replaced by a caldera's floor.
private struct Cone {
  let eastKilometres: Float
  let northKilometres: Float
  let heightMetres: Float
  let lengthKilometres: Float
  let calderaRadiusKilometres: Float
  /// How far the caldera's floor lies below its rim, as a share of the height.
  var calderaDepthShare: Float = 0.12

  func height(east: Float, north: Float, bend: Float) -> Float {
    let dx = east - eastKilometres
    let dy = north - northKilometres
    let distance = (dx * dx + dy * dy).squareRoot() * (1 + 0.1 * bend)
    let outside = max(distance, calderaRadiusKilometres)
    let rim = heightMetres * exp(-outside / lengthKilometres)
    guard distance < calderaRadiusKilometres else { return rim }
    let inside = distance / calderaRadiusKilometres
    return rim - calderaDepthShare * heightMetres * (1 - inside * inside * inside * inside)
  }

  static func group(
    aroundRow row: Double, column: Double, pixelMetres: Double, form: VolcanoForm?,
    from stream: inout RandomStream
  ) -> [Cone] {
    var main = Cone(
      eastKilometres: 0, northKilometres: 0, heightMetres: Float(stream.uniform(form?.heightMetres ?? 1300...2300)),
      lengthKilometres: Float(stream.uniform(form?.lengthKilometres ?? 7...10)),
      calderaRadiusKilometres: Float(stream.uniform(form?.craterKilometres ?? 0.6...2.2)))
    if form == .caldera { main.calderaDepthShare = 0.3 }
    let others = (0..<Int(stream.uniform(1...4))).map { _ in
      let bearing = stream.uniform(0...(2 * .pi))
      let distance = stream.uniform(9...22)
      return Cone(
        eastKilometres: Float(distance * cos(bearing)), northKilometres: Float(distance * sin(bearing)),
        heightMetres: Float(stream.uniform(250...900)), lengthKilometres: Float(stream.uniform(2.5...5)),
        calderaRadiusKilometres: Float(stream.uniform(0.2...0.6)))
    }
    return [main] + others
  }
}
