import Foundation
import Interferometry
import Names

extension StackHeader {
  /// Largest side of a raster in a stack, pixels.
  public static let sideLimit = 20_000

  /// Attributes that are copied unchanged.
  static let furtherNames = ["HEADING", "CENTER_INCIDENCE_ANGLE", "CENTER_LINE_UTC"]

  /// Reads the attributes of a file. A file from another program may lack volcano and frame: then they are
  /// taken from the file name (`<volcano>_<frame>.h5`), and the volcano's position is the centre of the
  /// raster.
  init(file: HDF5File) throws {
    try StackMeaning.check(file)
    let grid = Grid(
      height: try Self.side("LENGTH", in: file), width: try Self.side("WIDTH", in: file))
    let geoTransform = try StackMeaning.corner(
      GeoTransform(
        west: try Self.number("X_FIRST", in: file), north: try Self.number("Y_FIRST", in: file),
        longitudeStep: try Self.number("X_STEP", in: file), latitudeStep: try Self.number("Y_STEP", in: file)),
      in: file)
    guard geoTransform.longitudeStep > 0, geoTransform.latitudeStep < 0, geoTransform.longitudeStep < 10,
      geoTransform.latitudeStep > -10, abs(geoTransform.latitude(ofRow: 0)) <= 90,
      abs(geoTransform.latitude(ofRow: grid.height - 1)) <= 90
    else {
      throw StackError(
        file: file.path, part: "attributes X_FIRST, Y_FIRST, X_STEP and Y_STEP",
        problem:
          "do not describe a raster in degrees with its first row in the north and all rows on the "
          + "globe; geocode the products in degrees and load them again")
    }
    let named = Self.volcanoAndFrame(inFileName: file.path)
    let key = try Self.component("VOLCANO_KEY", in: file) ?? Self.component(named.volcano, ofNameOf: file)
    let frame = try Self.component("FRAME", in: file) ?? Self.component(named.frame, ofNameOf: file)
    let name = try Self.displayName("VOLCANO", in: file) ?? key.text
    let volcano = Volcano(
      number: try file.readAttribute("VOLCANO_NUMBER").flatMap(Self.wholeNumber), name: name,
      latitudeDegrees: try Self.latitude(in: file)
        ?? geoTransform.north + Double(grid.height) / 2 * geoTransform.latitudeStep,
      longitudeDegrees: Longitude.normalized(
        try Self.optionalNumber("VOLCANO_LONGITUDE", in: file)
          ?? geoTransform.west + Double(grid.width) / 2 * geoTransform.longitudeStep))
    var further: [String: String] = [:]
    for name in Self.furtherNames { further[name] = try file.readAttribute(name) }
    self.init(
      volcano: volcano, volcanoKey: key.text, frame: frame.text, grid: grid, geoTransform: geoTransform,
      wavelengthMetres: try Self.wavelength(in: file),
      orbitDirection: try file.readAttribute("ORBIT_DIRECTION").flatMap {
        OrbitDirection(rawValue: $0.uppercased())
      },
      furtherAttributes: further)
    do {
      // Names of result files are built from these.
      _ = try PathComponent(key, frame, separator: "_", suffix: ".h5")
    } catch {
      throw StackError(
        file: file.path, part: "attributes VOLCANO_KEY and FRAME", problem: "make a name that \(error.problem)")
    }
  }

  /// An attribute that becomes part of paths and of list fields, in Unicode composed form: file systems and
  /// the ledger distinguish the forms, users do not.
  private static func component(_ name: String, in file: HDF5File) throws -> PathComponent? {
    guard let text = try file.readAttribute(name) else { return nil }
    do {
      return try PathComponent(text.precomposedStringWithCanonicalMapping)
    } catch {
      throw badName(name, error, in: file)
    }
  }

  /// A component of the file name, used in place of an attribute.
  private static func component(_ text: String, ofNameOf file: HDF5File) throws -> PathComponent {
    do {
      return try PathComponent(text.precomposedStringWithCanonicalMapping)
    } catch {
      throw StackError(
        file: file.path,
        problem:
          "has no attributes VOLCANO_KEY and FRAME, and its file name gives a volcano that \(error.problem); "
          + "call it <volcano>_<frame>.h5")
    }
  }

  /// An attribute that is displayed.
  private static func displayName(_ name: String, in file: HDF5File) throws -> String? {
    guard let text = try file.readAttribute(name) else { return nil }
    do {
      return try DisplayName(text).text
    } catch {
      throw badName(name, error, in: file)
    }
  }

  private static func badName(_ name: String, _ error: NameError, in file: HDF5File) -> StackError {
    StackError(
      file: file.path, part: "attribute \(name)",
      problem: "is “\(error.text)”, which \(error.problem); set it to a plain name, or ingest the volcano again")
  }

  /// Text from a file, shortened for errors.
  static func shown(_ text: String) -> String { VisibleText.line(text, limit: 60) }

  /// The attributes that ``StackIdentity`` covers, as far as they exist.
  static func identifyingAttributes(of file: HDF5File) throws -> [String: String] {
    let names =
      ["VOLCANO", "VOLCANO_KEY", "VOLCANO_NUMBER", "FRAME", "WAVELENGTH", "ORBIT_DIRECTION"] + furtherNames
    return try names.reduce(into: [:]) { $0[$1] = try file.readAttribute($1) }
  }

  /// Splits a stack's file name into the part before a LiCSAR frame's name, and the frame.
  package static func volcanoAndFrame(inFileName path: String) -> (volcano: String, frame: String) {
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
    if parts.count > 3, let frame = FrameID(parts.suffix(3).joined(separator: "_")) {
      return (VolcanoName.key(parts.dropLast(3).joined(separator: "_")), frame.name)
    }
    return (VolcanoName.key(stem), "unknown")
  }

  private static func wavelength(in file: HDF5File) throws -> Double {
    guard let metres = try optionalNumber("WAVELENGTH", in: file) else { return sentinel1WavelengthMetres }
    guard (0.001...10).contains(metres) else {
      throw StackError(
        file: file.path, part: "attribute WAVELENGTH", problem: "is \(metres), expected metres from 0.001 to 10")
    }
    return metres
  }

  private static func latitude(in file: HDF5File) throws -> Double? {
    guard let degrees = try optionalNumber("VOLCANO_LATITUDE", in: file) else { return nil }
    guard abs(degrees) <= 90 else {
      throw StackError(
        file: file.path, part: "attribute VOLCANO_LATITUDE", problem: "is \(degrees), expected −90 to 90 degrees")
    }
    return degrees
  }

  /// An integer, also in the form `500.0`.
  private static func wholeNumber(_ text: String) -> Int? {
    Int(text) ?? Double(text.trimming(\.isWhitespace)).flatMap(Int.init(exactly:))
  }

  private static func side(_ name: String, in file: HDF5File) throws -> Int {
    guard let text = try file.readAttribute(name) else { throw missing(name, in: file) }
    guard let side = wholeNumber(text), (1...sideLimit).contains(side) else {
      throw StackError(
        file: file.path, part: "attribute \(name)",
        problem: "is “\(shown(text))”, expected 1 to \(sideLimit) pixels")
    }
    return side
  }

  private static func number(_ name: String, in file: HDF5File) throws -> Double {
    guard let value = try optionalNumber(name, in: file) else { throw missing(name, in: file) }
    return value
  }

  private static func optionalNumber(_ name: String, in file: HDF5File) throws -> Double? {
    guard let text = try file.readAttribute(name) else { return nil }
    guard let value = Double(text.trimming { $0.isWhitespace || "\"'".contains($0) }), value.isFinite else {
      throw StackError(
        file: file.path, part: "attribute \(name)", problem: "is “\(shown(text))”, expected a number")
    }
    return value
  }

  private static func missing(_ name: String, in file: HDF5File) -> StackError {
    StackError(
      file: file.path, part: "attribute \(name)",
      problem: "is missing; expected a geocoded stack in MintPy's ifgramStack form")
  }
}
