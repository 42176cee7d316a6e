import Foundation
import Interferometry

/// One invented volcano and how a satellite sees it: all that is decided before the first pixel is drawn.
public struct SyntheticVolcano: Sendable {
  public let volcano: Volcano
  public let frame: FrameID
  public let grid: Grid
  public let geoTransform: GeoTransform
  public let setting: TerrainSetting
  public let headingDegrees: Double
  public let incidenceDegrees: Double
  public let swathEdge: SwathEdge?
  /// Acquisitions in order of time.
  public let dates: [AcquisitionDate]
  /// Perpendicular baseline of each acquisition against the middle one, metres.
  public let perpendicularBaselinesMetres: [Int]
  /// What makes it move, if anything does.
  public let deformation: VolcanoDeformation?
  /// What the archive has beyond steadily growing spheres.
  public let variety: Variety
  /// Its place in the archive.
  let index: Int
  /// The archive's seed.
  let seed: UInt64

  /// Degrees from one pixel to the next.
  public static let pixelDegrees = 0.001

  /// What random numbers are drawn for; each purpose has streams of its own.
  enum Purpose: UInt64 {
    case invention = 1
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

  /// The acquisition that baselines are measured from.
  public var masterIndex: Int { dates.count / 2 }

  public var lineOfSight: LineOfSight {
    LineOfSight(incidenceDegrees: incidenceDegrees, headingDegrees: headingDegrees)
  }

  /// The pairs of dates, each acquisition with its three predecessors, in order of the secondary date.
  public var pairs: [(primary: Int, secondary: Int)] {
    dates.indices.flatMap { secondary in
      (max(0, secondary - ArchiveRecipe.predecessors)..<secondary).map { ($0, secondary) }
    }
  }
}
