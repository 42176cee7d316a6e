import Interferometry

/// Root attributes of a stack.
public struct StackHeader: Hashable, Sendable {
  /// Radar wavelength of Sentinel-1, metres.
  public static let sentinel1WavelengthMetres = 0.05546576

  /// The volcano at the centre of the crop.
  public var volcano: Volcano
  /// The volcano's key in file names and lists: ``Interferometry/Volcano/key``, with the catalogue number
  /// appended if the catalogue has the name more than once.
  public var volcanoKey: String
  /// Name of the frame: letters, digits, `-` and `_`.
  public var frame: String
  /// Size of every interferogram of the stack.
  public var grid: Grid
  /// Position and spacing of the pixels.
  public var geoTransform: GeoTransform
  /// Radar wavelength, metres.
  public var wavelengthMetres: Double
  /// Orbit direction; `nil` if neither the frame's name nor the file gives it.
  public var orbitDirection: OrbitDirection?
  /// Additional attributes with MintPy's names (`HEADING`, `CENTER_INCIDENCE_ANGLE`), written after the
  /// others by name.
  public var furtherAttributes: [String: String]

  public init(
    volcano: Volcano, volcanoKey: String? = nil, frame: String, grid: Grid, geoTransform: GeoTransform,
    wavelengthMetres: Double = sentinel1WavelengthMetres, orbitDirection: OrbitDirection? = nil,
    furtherAttributes: [String: String] = [:]
  ) {
    self.volcano = volcano
    self.volcanoKey = volcanoKey ?? volcano.key
    self.frame = frame
    self.grid = grid
    self.geoTransform = geoTransform
    self.wavelengthMetres = wavelengthMetres
    self.orbitDirection = orbitDirection ?? FrameID(frame)?.orbitDirection
    self.furtherAttributes = furtherAttributes
  }

  /// The stack's file name in the archive, such as `sierra_negra_106A_09048_000909.h5`.
  public var fileName: String { "\(volcanoKey)_\(frame).h5" }

  /// Marks stacks written by volcsweep, with the version of the form.
  static let formAttribute = (name: "VOLCSWEEP_STACK", value: "1")

  /// The root attributes in the order in which they are written, all as text.
  var attributes: [(name: String, value: String)] {
    var list = [
      ("FILE_TYPE", "ifgramStack"), ("LENGTH", String(grid.height)), ("WIDTH", String(grid.width)),
      ("X_FIRST", String(geoTransform.west)), ("Y_FIRST", String(geoTransform.north)),
      ("X_STEP", String(geoTransform.longitudeStep)), ("Y_STEP", String(geoTransform.latitudeStep)),
      ("X_UNIT", "degrees"), ("Y_UNIT", "degrees"), ("EPSG", "4326"), ("DATA_TYPE", "float32"),
      ("UNIT", "radian"), ("NO_DATA_VALUE", "nan"), ("WAVELENGTH", String(wavelengthMetres)),
      ("PLATFORM", "Sen"), ("PROCESSOR", "licsar"), ("INSAR_PROCESSOR", "licsar"), ("FRAME", frame),
      ("VOLCANO", volcano.name), ("VOLCANO_KEY", volcanoKey),
      ("VOLCANO_LATITUDE", String(volcano.latitudeDegrees)),
      ("VOLCANO_LONGITUDE", String(volcano.longitudeDegrees)), Self.formAttribute,
    ]
    if let orbitDirection { list.append(("ORBIT_DIRECTION", orbitDirection.rawValue)) }
    if let number = volcano.number { list.append(("VOLCANO_NUMBER", String(number))) }
    let taken = Set(list.map(\.0))
    list += furtherAttributes.filter { !taken.contains($0.key) }.sorted { $0.key < $1.key }
    return list.map { (name: $0.0, value: $0.1) }
  }
}
