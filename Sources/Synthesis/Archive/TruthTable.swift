import Foundation
import Interferometry
import Tables

/// The truth table of a synthetic archive, with which detections are compared.
///
/// `deforming` and `source…` describe the volcano, independent of the dates. `class` and the following
/// columns describe the pair; `class` is `none` if the deformation between the dates is below a tenth of a
/// fringe. Rows and columns of the box count from 0, the last ones included; `mask` names a raster beside the
/// table. Parameters are those of the whole deformation between the two dates.
enum TruthTable {
  static let header = [
    "volcano", "frame", "pair", "deforming", "source", "source_depth_km", "source_latitude", "source_longitude",
    "peak_fringes", "atmosphere_rad", "peak_to_atmosphere", "class", "history", "parameters", "first_row",
    "first_column", "last_row", "last_column", "mask", "faults",
  ]

  static func row(
    of interferogram: SyntheticInterferogram, over volcano: SyntheticVolcano, mask: String?
  ) -> [String] {
    let deformation = volcano.deformation
    let depth = deformation?.source.parameters.first { $0.name == "depth_m" }?.value
    let box = interferogram.extent.box
    let amount = deformation?.history.amount(of: interferogram.pair) ?? 0
    let source = deformation?.source.scaled(by: amount)
    return [
      volcano.volcano.key, volcano.frame.name, interferogram.pair.description, deformation == nil ? "0" : "1",
      deformation?.family.rawValue ?? "", depth.map { decimal($0 / 1000, 3) } ?? "",
      deformation.map { decimal($0.epicentre.latitudeDegrees, 5) } ?? "",
      deformation.map { decimal($0.epicentre.longitudeDegrees, 5) } ?? "",
      decimal(interferogram.peakFringes, 3), decimal(interferogram.atmosphereRadians, 3),
      decimal(interferogram.signalToNoise, 2), box == nil ? "none" : deformation?.family.rawValue ?? "none",
      deformation?.history.kind ?? "none",
      (source?.parameters ?? []).map { "\($0.name)=\(decimal($0.value, 3))" }.joined(separator: ";"),
      box.map { String($0.firstRow) } ?? "", box.map { String($0.firstColumn) } ?? "",
      box.map { String($0.lastRow) } ?? "", box.map { String($0.lastColumn) } ?? "", mask ?? "",
      interferogram.faults.joined(separator: ";"),
    ]
  }

  private static func decimal(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
  }
}
