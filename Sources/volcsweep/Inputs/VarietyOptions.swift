import ArgumentParser
import Names
import Synthesis

/// Options of `volcsweep synthesize` for more than steadily growing spheres under turbulent atmosphere.
struct VarietyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Sources of the deforming volcanoes, in turn, separated by commas: mogi, dyke, sill, earthquake, crack, spheroid.",
      valueName: "families"))
  var sources = "mogi"

  @Option(
    help: ArgumentHelp(
      "Fraction of deforming volcanoes, 0 to 1, that deform for a few days only; earthquakes are always sudden.",
      valueName: "fraction"))
  var transient = 0.0

  @Option(help: "Shape of all volcanoes: stratovolcano, caldera, island or shield (default: all of them).")
  var terrain: VolcanoForm?

  @Option(
    help: ArgumentHelp(
      "DEM in geographic coordinates (.hgt, .tif or another GDAL format) to use as the ground. May be repeated.",
      valueName: "file"))
  var dem: [String] = []

  @Option(
    help: ArgumentHelp(
      "Correlation length in km of an exponential model of the turbulent delay (default: power law).",
      valueName: "kilometres"))
  var correlationLength: Double?

  @Option(
    help: ArgumentHelp(
      "Fraction of acquisitions, 0 to 1, with an orbital ramp, a missing swath, debursting or sub-swath errors.",
      valueName: "fraction"))
  var faults = 0.0

  @Flag(help: "Add seasonal snow on high ground.")
  var snow = false

  @Option(help: "Number of looks, 4 to 1000, for phase noise and coherence (default: approximate noise).")
  var looks: Int?

  func variety() throws -> Variety {
    let names = SourceFamily.allCases.map(\.rawValue)
    let families = try sources.split(separator: ",").map { word in
      guard let family = SourceFamily(rawValue: String(word)) else {
        throw ValidationError(
          "--sources contains “\(word)”, which is not one of \(names.joined(separator: ", "))"
            + NearNames.question(String(word), among: names))
      }
      return family
    }
    for (name, fraction) in [("--transient", transient), ("--faults", faults)] {
      guard (0...1).contains(fraction) else {
        throw ValidationError("\(name) is \(fraction), but must be between 0 and 1")
      }
    }
    if let length = correlationLength, !(0.2...500).contains(length) {
      throw ValidationError("--correlation-length is \(length), but must be between 0.2 and 500 km")
    }
    if let looks, !(4...1000).contains(looks) {
      throw ValidationError("--looks is \(looks), but must be between 4 and 1000")
    }
    guard dem.isEmpty || terrain == nil else {
      throw ValidationError("--dem and --terrain cannot be combined")
    }
    return Variety(
      sources: families, transientFraction: transient, form: terrain, elevationFiles: dem,
      atmosphere: correlationLength.map { .exponential(lengthMetres: $0 * 1000) } ?? .powerLaw,
      faultFraction: faults,
      hasSnow: snow, looks: looks)
  }
}

extension VolcanoForm: ExpressibleByArgument {}
