import Foundation
import Interferometry

/// Type of terrain around a synthetic volcano.
public enum TerrainSetting: String, Sendable, CaseIterable {
  /// High, nearly level land.
  case inland
  /// Low land that slopes into the sea.
  case coast
  /// A volcano surrounded by sea.
  case island
}

/// Heights of synthetic terrain, a stratovolcano with a caldera and smaller cones on fractal terrain, or of a
/// DEM.
public struct Topography: Sendable {
  /// Size of the raster.
  public let grid: Grid
  /// Height above sea level, metres, row-major; negative below the sea.
  public let heightMetres: [Float]
  /// Row of the summit, pixels from the raster's upper edge.
  public let summitRow: Double
  /// Column of the summit, pixels from the raster's left edge.
  public let summitColumn: Double

  /// - Parameters:
  ///   - grid: Size of the raster.
  ///   - pixelMetres: Pixel spacing on the ground.
  ///   - setting: Type of terrain.
  ///   - summitRow: Row of the summit, pixels from the upper edge.
  ///   - summitColumn: Column of the summit, pixels from the left edge.
  ///   - form: Shape of the volcano; `nil` for cones of random shape.
  ///   - stream: Source of random numbers.
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
    heightMetres = [Float](unsafeUninitializedCapacity: grid.count) { elevations, count in
      for row in 0..<grid.height {
        for column in 0..<grid.width {
          let index = row * grid.width + column
          let east = Float((Double(column) - summitColumn) * pixelMetres / 1000)
          let north = Float((summitRow - Double(row)) * pixelMetres / 1000)
          var cone: Float = 0
          for each in cones { cone += each.height(east: east, north: north, bend: bent[index]) }
          let height = land.base(east: east, north: north) + cone + (70 + 0.1 * cone) * rough[index]
          elevations.initializeElement(at: index, to: height)
        }
      }
      count = grid.count
    }
  }

  /// Heights of a DEM, resampled around its summit.
  ///
  /// - Parameters:
  ///   - elevation: The DEM; its highest point around which the whole raster fits inside it becomes the
  ///     summit.
  ///   - grid: Size of the raster.
  ///   - pixelDegrees: Pixel spacing, degrees of latitude; pixels are square on the ground.
  ///   - summitRow: Row of the summit, pixels from the upper edge.
  ///   - summitColumn: Column of the summit, pixels from the left edge.
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
    var elevations: [Float] = []
    elevations.reserveCapacity(grid.count)
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let height = elevation.height(
          row: summit.row + (Double(row) + 0.5 - summitRow) * rows,
          column: summit.column + (Double(column) + 0.5 - summitColumn) * columns)
        // The sea is 0 in such files and negative here.
        elevations.append(height == 0 ? -1 : height)
      }
    }
    heightMetres = elevations
  }
}

/// The plain around the volcano.
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

/// A cone of exponential profile, truncated by the floor of a caldera.
private struct Cone {
  let eastKilometres: Float
  let northKilometres: Float
  let heightMetres: Float
  let lengthKilometres: Float
  let calderaRadiusKilometres: Float
  /// Depth of the caldera floor below the rim, as a fraction of the height.
  var calderaDepthFraction: Float = 0.12

  func height(east: Float, north: Float, bend: Float) -> Float {
    let dx = east - eastKilometres
    let dy = north - northKilometres
    let distance = (dx * dx + dy * dy).squareRoot() * (1 + 0.1 * bend)
    let outside = max(distance, calderaRadiusKilometres)
    let rim = heightMetres * exp(-outside / lengthKilometres)
    guard distance < calderaRadiusKilometres else { return rim }
    let inside = distance / calderaRadiusKilometres
    return rim - calderaDepthFraction * heightMetres * (1 - inside * inside * inside * inside)
  }

  static func group(
    aroundRow row: Double, column: Double, pixelMetres: Double, form: VolcanoForm?,
    from stream: inout RandomStream
  ) -> [Cone] {
    var main = Cone(
      eastKilometres: 0, northKilometres: 0, heightMetres: Float(stream.uniform(form?.heightMetres ?? 1300...2300)),
      lengthKilometres: Float(stream.uniform(form?.lengthKilometres ?? 7...10)),
      calderaRadiusKilometres: Float(stream.uniform(form?.craterKilometres ?? 0.6...2.2)))
    if form == .caldera { main.calderaDepthFraction = 0.3 }
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
