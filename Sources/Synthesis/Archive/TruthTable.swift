import Foundation
import Interferometry
import Tables

/// What is known about each interferogram of a synthetic archive, for judging what a sweep finds in it.
enum TruthTable {
  static let header = [
    "volcano", "frame", "pair", "deforming", "source", "source_depth_km", "source_latitude", "source_longitude",
    "peak_fringes", "atmosphere_rad", "peak_to_atmosphere",
  ]

  static func row(of interferogram: SyntheticInterferogram, over volcano: SyntheticVolcano) -> [String] {
    let inflation = volcano.inflation
    return [
      volcano.volcano.key, volcano.frame.name, interferogram.pair.description, inflation == nil ? "0" : "1",
      inflation == nil ? "" : MogiSource.kind,
      inflation.map { decimal($0.dailySource.depthMetres / 1000, 3) } ?? "",
      inflation.map { decimal($0.epicentre.latitudeDegrees, 5) } ?? "",
      inflation.map { decimal($0.epicentre.longitudeDegrees, 5) } ?? "",
      decimal(interferogram.peakFringes, 3), decimal(interferogram.atmosphereRadians, 3),
      decimal(interferogram.signalToNoise, 2),
    ]
  }

  private static func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
