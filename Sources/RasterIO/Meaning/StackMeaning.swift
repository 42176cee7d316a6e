import Interferometry
import Names

/// Interpretation of a MintPy stack's numbers and position from its root attributes. Each attribute that
/// matters is applied, checked or refused; see the table in the article Archive.
package enum StackMeaning {
  /// Checks that the file is a stack of interferograms, geocoded in degrees on WGS 84.
  ///
  /// - Throws: ``StackError`` naming the attribute, its value and the remedy.
  package static func check(_ file: HDF5File) throws {
    func fail(_ name: String, _ problem: String) -> StackError {
      StackError(file: file.path, part: "attribute \(name)", problem: problem)
    }
    if let type = try attribute("FILE_TYPE", in: file), type != "ifgramStack" {
      throw fail("FILE_TYPE", "is “\(VisibleText.line(type, limit: 60))”, expected ifgramStack: not a stack")
    }
    try checkPlace(file)
    for name in try file.attributeNames() {
      let key = name.lowercased()
      if try saysNothingElse(name, key, in: file) { continue }
      let isScale = StoredNumbersReader.scales.contains(key)
      let isOffset = StoredNumbersReader.offsets.contains(key)
      guard StoredNumbersReader.isKnown(name) else { continue }
      let text = try file.readAttribute(name) ?? ""
      if isScale, Double(text) == 1 { continue }
      if isOffset, Double(text) == 0 { continue }
      throw fail(
        name,
        "is “\(VisibleText.line(text, limit: 40))”, but it is unclear for which dataset; set it on the dataset, or write plain values"
      )
    }
  }

  /// Whether a unit or no-data attribute is the one that ``attribute(_:in:)`` finds and applies, or has the
  /// default value.
  private static func saysNothingElse(_ name: String, _ key: String, in file: HDF5File) throws -> Bool {
    let text = try file.readAttribute(name) ?? ""
    if StoredNumbersReader.units.contains(key) {
      if name == "UNIT" || key == "unit" && !file.hasAttribute("UNIT") { return true }
      return Quantity.isBlank(unit: text) || Quantity.phase.factor(ofUnit: text) == 1
    }
    if StoredNumbersReader.noDataNames.contains(key) {
      if name == "NO_DATA_VALUE" || key == "no_data_value" && !file.hasAttribute("NO_DATA_VALUE") { return true }
      switch NoDataText(text) {
      case .absent: return true
      case .values(let values): return values.allSatisfy { $0.isNaN || $0 == 0 }
      case .unreadable: return false
      }
    }
    return false
  }

  /// A root attribute of this name, or else one that differs only in case.
  ///
  /// - Throws: ``StackError``.
  package static func attribute(_ name: String, in file: HDF5File) throws -> String? {
    if let text = try file.readAttribute(name) { return text }
    let key = name.lowercased()
    guard let other = try file.attributeNames().first(where: { $0.lowercased() == key }) else { return nil }
    return try file.readAttribute(other)
  }

  /// Checks that the position attributes of a file in MintPy's form, if any, are degrees on WGS 84.
  ///
  /// - Throws: ``StackError`` naming the attribute, its value and the remedy.
  package static func checkPlace(_ file: HDF5File) throws {
    func fail(_ name: String, _ problem: String) -> StackError {
      StackError(file: file.path, part: "attribute \(name)", problem: problem)
    }
    try checkCoordinateSystem(file)
    for name in ["X_UNIT", "Y_UNIT"] {
      guard let unit = try attribute(name, in: file), !Quantity.isBlank(unit: unit) else { continue }
      guard degreeNames.contains(unit.lowercased()) else {
        throw fail(name, "is “\(VisibleText.line(unit, limit: 40))”, \(remedy)")
      }
    }
    let longitudeTooLarge = try file.readAttribute("X_FIRST").flatMap { Double($0) }.map { abs($0) > 540 } ?? false
    if longitudeTooLarge { throw fail("X_FIRST", "is not a longitude (probably metres), \(remedy)") }
  }

  /// Stored values that mean no data besides NaN, from `NO_DATA_VALUE`; `nil` if it declares none. MintPy
  /// uses 0 for phase without declaring it, or declares `none`.
  ///
  /// - Throws: ``StackError`` for text in an unknown form.
  package static func noData(in file: HDF5File) throws -> [Double]? {
    let name = "NO_DATA_VALUE"
    guard let text = try attribute(name, in: file) else { return nil }
    switch NoDataText(text) {
    case .absent: return nil
    case .values(let values): return values.filter { !$0.isNaN }
    case .unreadable:
      throw StackError(
        file: file.path, part: "attribute \(name)",
        problem: "is “\(VisibleText.line(text, limit: 40))”, expected a number, nan or none")
    }
  }

  /// The corner of the upper-left pixel, also if attributes give the pixel's centre.
  ///
  /// - Throws: ``StackError`` for an unknown registration.
  static func corner(_ place: GeoTransform, in file: HDF5File) throws -> GeoTransform {
    guard let registration = try attribute("AREA_OR_POINT", in: file) else { return place }
    switch registration.lowercased() {
    case "area", "": return place
    case "point":
      return GeoTransform(
        west: place.west - place.longitudeStep / 2, north: place.north - place.latitudeStep / 2,
        longitudeStep: place.longitudeStep, latitudeStep: place.latitudeStep)
    default:
      throw StackError(
        file: file.path, part: "attribute AREA_OR_POINT",
        problem: "is “\(VisibleText.line(registration, limit: 40))”, expected Area or Point")
    }
  }

  private static let remedy =
    "expected degrees on WGS 84: the stack is geocoded in other coordinates; reproject its products with "
    + "“gdalwarp -t_srs EPSG:4326 -r near” and load them again"

  private static let degreeNames: Set<String> = [
    "degree", "degrees", "deg", "degs", "°", "degrees_east", "degrees_north", "degree_east", "degree_north",
  ]

  private static func checkCoordinateSystem(_ file: HDF5File) throws {
    func fail(_ name: String, _ text: String) -> StackError {
      StackError(
        file: file.path, part: "attribute \(name)", problem: "is “\(VisibleText.line(text, limit: 60))”, \(remedy)")
    }
    func text(_ name: String) throws -> String? {
      let text = try attribute(name, in: file)?.trimming { $0.isWhitespace || "\"'".contains($0) }
      return text.flatMap { Quantity.isBlank(unit: $0) ? nil : $0 }
    }
    if let epsg = try text("EPSG") {
      let digits = epsg.uppercased().hasPrefix("EPSG:") ? String(epsg.dropFirst(5)) : epsg
      guard let number = Double(digits).flatMap({ Int(exactly: $0) }), number > 0 else { throw fail("EPSG", epsg) }
      switch CoordinateSystem.fault(ofEPSG: number) {
      case nil: break
      case .absent: throw fail("EPSG", epsg)
      case .projected(let name), .otherDegrees(let name):
        throw fail("EPSG", name.hasPrefix("EPSG") ? name : "\(epsg) (\(name))")
      }
    }
    if let zone = try text("UTM_ZONE") { throw fail("UTM_ZONE", zone) }
    if let projection = try text("PROJECTION") {
      let plain = projection.lowercased().filter { $0.isLetter || $0.isNumber }
      guard
        ["latlon", "latlong", "lonlat", "longlat", "ll", "geographic", "epsg4326", "wgs84", "eqa"].contains(plain)
      else { throw fail("PROJECTION", projection) }
    }
    for name in ["DATUM", "ELLIPSOID"] {
      guard let datum = try text(name) else { continue }
      let plain = datum.lowercased().filter { $0.isLetter || $0.isNumber }
      guard
        ["wgs84", "wgs1984", "worldgeodeticsystem1984", "grs80", "grs1980", "nad83", "etrs89"].contains(plain)
          || plain.hasPrefix("itrf")
      else { throw fail(name, datum) }
    }
  }
}
