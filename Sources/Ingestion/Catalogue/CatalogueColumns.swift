import Tables

/// Which column of a list holds what, from its header.
///
/// Names are compared without case, blanks, `_`, `-` and `.`, and without a unit in brackets that changes nothing
/// (`Latitude (deg)`). A column that changes what latitude and longitude mean is applied (hemispheres in columns of
/// their own) or refused (minutes and seconds, radians, projected metres, a second latitude).
struct CatalogueColumns {
  struct Problem: Error { let text: String }

  private var number: Int?
  private var name: Int
  private var latitude: Int
  private var longitude: Int
  private var northOrSouth: Int?
  private var eastOrWest: Int?

  private static let names = (
    number: ["volcanonumber", "number", "vnum", "gvpnumber", "smithsoniannumber", "id"],
    name: ["volcanoname", "name", "volcano"],
    latitude: ["latitude", "lat", "latitudedd", "latdd", "decimallatitude", "declat", "latdeg", "latitudedeg"],
    longitude: [
      "longitude", "lon", "long", "lng", "longitudedd", "londd", "decimallongitude", "declon", "declong", "londeg",
      "longdeg", "longitudedeg",
    ],
    northOrSouth: [
      "ns", "northsouth", "northorsouth", "latns", "latitudens", "latdir", "latdirection", "latitudedir",
      "latitudedirection", "lathem", "lathemi", "lathemisphere", "latitudehemisphere", "latsign", "latitudesign",
    ],
    eastOrWest: [
      "ew", "eastwest", "eastorwest", "we", "lonew", "longew", "longitudeew", "londir", "londirection", "longdir",
      "longdirection", "longitudedir", "longitudedirection", "lonhem", "lonhemi", "lonhemisphere",
      "longitudehemisphere", "lonsign", "longsign", "longitudesign",
    ]
  )

  /// Units in brackets that leave a column in decimal degrees.
  private static let degreeUnits: Set<String> = [
    "deg", "degree", "degrees", "°", "dd", "decimal", "decimaldegrees", "decimaldegree", "wgs84", "n", "e", "°n",
    "°e",
    "degn", "dege", "degreesnorth", "degreesn", "degreese", "degreeseast", "ddwgs84", "epsg4326",
  ]

  /// `nil` for a line that is no header: it does not name a name, a latitude and a longitude.
  ///
  /// - Parameters:
  ///   - header: the line's fields.
  ///   - rows: the lines below it.
  /// - Throws: ``Problem`` for a header whose columns cannot be used as decimal degrees.
  init?(_ header: [String], rows: ArraySlice<SeparatedValues.Record>) throws(Problem) {
    let keys = header.map(Self.key)
    func columns(_ names: [String]) -> [Int] {
      // In the order of the names, so that the best known comes first.
      names.flatMap { name in keys.indices.filter { keys[$0].word == name } }
    }
    let latitudes = columns(Self.names.latitude)
    let longitudes = columns(Self.names.longitude)
    guard let name = columns(Self.names.name).first, let latitude = latitudes.first,
      let longitude = longitudes.first
    else { return nil }
    if let part = keys.indices.first(where: { Self.isPartOfDegree(keys[$0]) }) {
      throw Problem(
        text: "“\(header[part])” holds minutes or seconds in a column of its own; convert latitude and "
          + "longitude to decimal degrees")
    }
    for (what, all) in [("latitude", latitudes), ("longitude", longitudes)] {
      if all.count > 1 {
        throw Problem(
          text: "has \(all.count) columns of \(what) (\(all.map { "“\(header[$0])”" }.joined(separator: ", "))); "
            + "keep the one in decimal degrees")
      }
      let unit = keys[all[0]].unit
      if !unit.isEmpty, !Self.degreeUnits.contains(unit) {
        throw Problem(text: "“\(header[all[0]])” is not in decimal degrees; convert the column")
      }
    }
    number = columns(Self.names.number).first
    (self.name, self.latitude, self.longitude) = (name, latitude, longitude)
    northOrSouth =
      columns(Self.names.northOrSouth).first
      ?? Self.neighbour(of: latitude, in: rows, used: [name, longitude, number], letters: ["n", "s"])
    eastOrWest =
      columns(Self.names.eastOrWest).first
      ?? Self.neighbour(of: longitude, in: rows, used: [name, latitude, number], letters: ["e", "w"])
    for hemisphere in columns(["hemisphere", "hem"]) {
      let values = Set(rows.compactMap { Self.field(hemisphere, of: $0).flatMap(Self.letter) })
      if northOrSouth == nil, !values.isEmpty, values.isSubset(of: ["n", "s"]) {
        northOrSouth = hemisphere
      } else if eastOrWest == nil, !values.isEmpty, values.isSubset(of: ["e", "w"]) {
        eastOrWest = hemisphere
      } else if hemisphere != northOrSouth, hemisphere != eastOrWest {
        throw Problem(text: "“\(header[hemisphere])” holds neither only N and S nor only E and W")
      }
    }
  }

  /// A row's fields by what they are.
  func row(_ fields: [String]) -> CatalogueRow {
    func field(_ index: Int?) -> String {
      guard let index, fields.indices.contains(index) else { return "" }
      return fields[index]
    }
    return CatalogueRow(
      number: field(number), name: field(name), latitude: field(latitude), longitude: field(longitude),
      northOrSouth: northOrSouth.map { field($0) }, eastOrWest: eastOrWest.map { field($0) })
  }

  /// A header's field as a word, and the unit in brackets behind it.
  private static func key(_ field: String) -> (word: String, unit: String) {
    func squeezed(_ text: some StringProtocol) -> String {
      text.lowercased().filter { !$0.isWhitespace && !"_-./:".contains($0) }
    }
    guard let bracket = field.firstIndex(where: { "([".contains($0) }) else { return (squeezed(field), "") }
    let unit = field[bracket...].filter { !"()[],".contains($0) }
    return (squeezed(field[..<bracket]), squeezed(unit))
  }

  private static func isPartOfDegree(_ key: (word: String, unit: String)) -> Bool {
    let axes = ["lat", "latitude", "lon", "long", "lng", "longitude"]
    let parts = ["m", "min", "mins", "minute", "minutes", "mm", "s", "sec", "secs", "second", "seconds", "ss"]
    guard let axis = axes.filter({ key.word.hasPrefix($0) }).max(by: { $0.count < $1.count }) else { return false }
    let rest = String(key.word.dropFirst(axis.count))
    return parts.contains(rest) || (rest.isEmpty && parts.contains(key.unit))
  }

  /// A record's field; `nil` where it has none or an empty one.
  private static func field(_ index: Int, of record: SeparatedValues.Record) -> String? {
    guard record.fields.indices.contains(index), !record.fields[index].isEmpty else { return nil }
    return record.fields[index]
  }

  /// The column on the right or else on the left of another when it holds nothing but such letters.
  private static func neighbour(
    of column: Int, in rows: ArraySlice<SeparatedValues.Record>, used: [Int?], letters: Set<String>
  ) -> Int? {
    [column + 1, column - 1].first { index in
      guard index >= 0, !used.contains(index) else { return false }
      let values = rows.compactMap { field(index, of: $0) }
      return !values.isEmpty && values.allSatisfy { value in letter(value).map(letters.contains) ?? false }
    }
  }

  /// `n`, `s`, `e` or `w` for a hemisphere's letter or name.
  static func letter(_ text: String) -> String? {
    switch text.lowercased() {
    case "n", "north": "n"
    case "s", "south": "s"
    case "e", "east": "e"
    case "w", "west": "w"
    default: nil
    }
  }
}
