import Foundation
import Interferometry

/// A synthetic volcano and its acquisition geometry: all parameters that are chosen before pixels are
/// computed.
public struct SyntheticVolcano: Sendable {
  /// Name and position of the volcano.
  public let volcano: Volcano
  /// The frame in which it is seen.
  public let frame: FrameID
  /// Size of the rasters.
  public let grid: Grid
  /// Position and spacing of the pixels.
  public let geoTransform: GeoTransform
  /// Type of terrain.
  public let setting: TerrainSetting
  /// Flight direction, degrees clockwise from north.
  public let headingDegrees: Double
  /// Incidence angle at the ground, degrees from the vertical.
  public let incidenceDegrees: Double
  /// Edge of the acquired swath; `nil` if the whole raster is inside.
  public let swathEdge: SwathEdge?
  /// Acquisition dates, increasing.
  public let dates: [AcquisitionDate]
  /// Perpendicular baseline of each acquisition relative to ``masterIndex``, metres.
  public let perpendicularBaselinesMetres: [Int]
  /// Source of the deformation; `nil` for a quiet volcano.
  public let deformation: VolcanoDeformation?
  /// What the archive has beyond steadily inflating Mogi sources.
  public let variety: Variety
  /// Index in the archive.
  let index: Int
  /// Seed of the archive.
  let seed: UInt64

  /// Pixel spacing, degrees of latitude and of longitude.
  public static let pixelDegrees = 0.001

  /// Purposes of random numbers; each has its own streams, so that a change of one does not affect the
  /// others.
  enum Purpose: UInt64 {
    case synthesis = 1
    case topography, groundCover, turbulence, delay, noise, source, faults, snow, snowLine
  }

  static func stream(
    _ purpose: Purpose, _ number: Int = 0, ofVolcano index: Int, seed: UInt64
  ) -> RandomStream {
    RandomStream(seed: seed, path: 1, UInt64(index), purpose.rawValue, UInt64(number))
  }

  func stream(_ purpose: Purpose, _ number: Int = 0) -> RandomStream {
    Self.stream(purpose, number, ofVolcano: index, seed: seed)
  }

  /// Index of the acquisition to which baselines are relative.
  public var masterIndex: Int { dates.count / 2 }

  /// Direction from the ground to the satellite.
  public var lineOfSight: LineOfSight {
    LineOfSight(incidenceDegrees: incidenceDegrees, headingDegrees: headingDegrees)
  }

  /// Indices of the dates of each pair: each acquisition with its three predecessors, in order of the
  /// secondary date.
  public var pairs: [(primary: Int, secondary: Int)] {
    dates.indices.flatMap { secondary in
      (max(0, secondary - ArchiveRecipe.predecessors)..<secondary).map { ($0, secondary) }
    }
  }
}
