import ArgumentParser
import Synthesis

/// Options of `volcsweep synthesize` for more than steadily growing spheres under turbulent atmosphere.
struct VarietyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What deforming volcanoes take turns at, with commas between: mogi, dyke, sill, earthquake, crack, spheroid.",
      valueName: "families"))
  var sources = "mogi"

  @Option(
    help: ArgumentHelp(
      "The share of deforming volcanoes, 0 to 1, that deform for some days only; earthquakes are always sudden.",
      valueName: "share"))
  var transient = 0.0

  @Option(help: "What all volcanoes look like: stratovolcano, caldera, island or shield; by default all kinds.")
  var terrain: VolcanoForm?

  @Option(
    help: ArgumentHelp(
      "A raster of heights in degrees that GDAL reads (.hgt, .tif) to stand on; more than once for several.",
      valueName: "file"))
  var dem: [String] = []

  @Option(
    help: ArgumentHelp(
      "Correlate turbulent air exponentially, over so many kilometres, instead of by a power law.",
      valueName: "kilometres"))
  var correlationLength: Double?

  @Option(
    help: ArgumentHelp(
      "The share of acquisitions, 0 to 1, with an orbital ramp, a missing swath, debursting or sub-swath errors.",
      valueName: "share"))
  var faults = 0.0

  @Flag(help: "Lay snow on high ground, which comes and goes.")
  var snow = false

  @Option(help: "Draw phase noise and coherence by the law of so many looks, 4 to 1000, instead of roughly.")
  var looks: Int?

  func variety() throws -> Variety {
    let families = try sources.split(separator: ",").map { word in
      guard let family = SourceFamily(rawValue: String(word)) else {
        throw ValidationError(
          "“\(word)” is no source; choose from "
            + SourceFamily.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return family
    }
    for (name, share) in [("--transient", transient), ("--faults", faults)] {
      guard (0...1).contains(share) else { throw ValidationError("\(name) is \(share), but must be from 0 to 1") }
    }
    if let length = correlationLength, !(0.2...500).contains(length) {
      throw ValidationError("--correlation-length is \(length), but must be from 0.2 to 500 km")
    }
    if let looks, !(4...1000).contains(looks) {
      throw ValidationError("--looks is \(looks), but must be from 4 to 1000")
    }
    guard dem.isEmpty || terrain == nil else {
      throw ValidationError("--dem and --terrain both say what the ground is like; pass one of them")
    }
    return Variety(
      sources: families, transientShare: transient, form: terrain, elevationFiles: dem,
      air: correlationLength.map { .exponential(lengthMetres: $0 * 1000) } ?? .powerLaw, faultShare: faults,
      hasSnow: snow, looks: looks)
  }
}

extension VolcanoForm: ExpressibleByArgument {}
