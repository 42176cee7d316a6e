import Interferometry

/// What a stack says of itself in its root attributes.
public struct StackHeader: Hashable, Sendable {
  /// Sentinel-1's radar wavelength, metres.
  public static let sentinel1WavelengthMetres = 0.05546576

  /// The volcano the stack is cut around.
  public var volcano: Volcano
  /// The volcano's key in file names and lists: ``Interferometry/Volcano/key``, or with its catalogue number behind
  /// where the catalogue has the name more than once.
  public var volcanoKey: String
  /// The frame's name: letters, digits, `-` and `_`.
  public var frame: String
  /// Size of every interferogram of the stack.
  public var grid: Grid
  /// Where the grid lies.
  public var geoTransform: GeoTransform
  public var wavelengthMetres: Double
  /// `nil` where neither the frame's name nor the file says it.
  public var orbitDirection: OrbitDirection?
  /// More attributes by MintPy's names (`HEADING`, `CENTER_INCIDENCE_ANGLE`), written after the others by name.
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

  /// The stack's file name in its archive, `sierra_negra_106A_09048_000909.h5`.
  public var fileName: String { "\(volcanoKey)_\(frame).h5" }

  /// Marks the stacks that this program wrote, with the version of their form.
  static let formAttribute = (name: "VOLCSWEEP_STACK", value: "1")

  /// The root attributes in the order they are written, all texts.
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
