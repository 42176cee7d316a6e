import Foundation
import Tables

/// Assigns the columns of a catalogue from its header.
///
/// Names are compared without case, diacritics, blanks, `_`, `-` and `.`, and without a unit in brackets that
/// keeps decimal degrees (`Latitude (deg)`). A column that changes the meaning of latitude or longitude is
/// applied (hemispheres in separate columns or in a name such as `Latitude_S`) or refused (minutes and
/// seconds, radians, projected metres, a second latitude).
struct CatalogueColumns {
  struct Problem: Error { let text: String }

  /// A field of the header.
  private struct Key {
    /// Name without case, diacritics, blanks and punctuation.
    var word: String
    /// Text in brackets after the name.
    var unit: String
    /// Parts of a name such as `Latitude_S`: `latitude` and `s`.
    var hemisphere: (word: String, letter: String)?
  }

  /// Number of columns that the header names.
  private var width: Int
  private var number: Int?
  private var name: Int
  private var latitude: Int
  private var longitude: Int
  /// Whether the column's name means degrees south or west.
  private var isSouth: Bool
  private var isWest: Bool
  private var northOrSouth: Int?
  private var eastOrWest: Int?

  private static let names = (
    number: ["volcanonumber", "number", "vnum", "gvpnumber", "smithsoniannumber", "id"],
    // English, Spanish, French, Italian, Portuguese, German and Indonesian.
    name: [
      "volcanoname", "name", "volcano", "nombre", "nombredelvolcan", "nombrevolcan", "nom", "nomduvolcan",
      "nomvolcan", "nome", "nomedelvulcano", "nomevulcano", "nomedovulcao", "nomevulcao", "vulkanname",
      "namedesvulkans", "nama", "namagunung", "namagunungapi", "volcan", "vulcano", "vulcao", "vulkan", "gunung",
      "gunungapi",
    ],
    latitude: [
      "latitude", "lat", "latitudedd", "latdd", "decimallatitude", "declat", "latdeg", "latitudedeg", "latitud",
      "latitudine", "breite", "breitengrad", "geographischebreite", "lintang", "garislintang",
    ],
    longitude: [
      "longitude", "lon", "long", "lng", "longitudedd", "londd", "decimallongitude", "declon", "declong", "londeg",
      "longdeg", "longitudedeg", "longitud", "longitudine", "lange", "laenge", "langengrad", "laengengrad",
      "geographischelange", "geographischelaenge", "bujur", "garisbujur",
    ],
    northOrSouth: [
      "ns", "northsouth", "northorsouth", "latns", "latitudens", "latdir", "latdirection", "latitudedir",
      "latitudedirection", "lathem", "lathemi", "lathemisphere", "latitudehemisphere", "latsign", "latitudesign",
    ],
    eastOrWest: [
      "ew", "eastwest", "eastorwest", "we", "lonew", "longew", "longitudeew", "londir", "londirection", "longdir",
      "longdirection", "longitudedir", "longitudedirection", "lonhem", "lonhemi", "lonhemisphere",
      "longitudehemisphere", "lonsign", "longsign", "longitudesign",
    ],
    // Of latitude or longitude, depending on the letters in the column.
    hemisphere: ["hemisphere", "hem", "hemisferio", "emisfero", "hemisphare", "hemisphaere"]
  )

  /// Units in brackets that mean decimal degrees.
  private static let degreeUnits: Set<String> = [
    "deg", "degree", "degrees", "°", "dd", "decimal", "decimaldegrees", "decimaldegree", "wgs84", "n", "e", "°n",
    "°e",
    "degn", "dege", "degreesnorth", "degreesn", "degreese", "degreeseast", "ddwgs84", "epsg4326",
  ]

  /// `nil` if the line is not a header, that is, does not have a name, a latitude and a longitude.
  ///
  /// - Parameters:
  ///   - header: Fields of the line.
  ///   - rows: The lines below it.
  /// - Throws: ``Problem`` if the columns cannot be used as decimal degrees.
  init?(_ header: [String], rows: ArraySlice<SeparatedValues.Record>) throws(Problem) {
    let keys = header.map(Self.key)
    func columns(_ names: [String]) -> [Int] {
      // In the order of `names`, the most common first.
      names.flatMap { name in keys.indices.filter { keys[$0].word == name } }
    }
    func halves(_ names: [String], _ letters: [String]) -> [Int] {
      keys.indices.filter { index in
        keys[index].hemisphere.map { names.contains($0.word) && letters.contains($0.letter) } ?? false
      }
    }
    var latitudes = columns(Self.names.latitude) + halves(Self.names.latitude, ["n", "s"])
    var longitudes = columns(Self.names.longitude) + halves(Self.names.longitude, ["e", "w"])
    // GIS programs export coordinates as `x` and `y`; beside a latitude, `x` and `y` mean something else.
    if latitudes.isEmpty, longitudes.isEmpty { (latitudes, longitudes) = (columns(["y"]), columns(["x"])) }
    guard let name = columns(Self.names.name).first, let latitude = latitudes.first,
      let longitude = longitudes.first
    else { return nil }
    // Columns for one hemisphere only.
    let halved = [latitude, longitude].filter { keys[$0].hemisphere != nil }
    let others = keys.indices.filter { !halved.contains($0) }
    if let part = others.first(where: { Self.isPartOfDegree(keys[$0]) }) {
      throw Problem(
        text: "“\(header[part])” holds minutes or seconds in a column of its own; convert latitude and "
          + "longitude to decimal degrees")
    }
    isSouth = keys[latitude].hemisphere?.letter == "s"
    isWest = keys[longitude].hemisphere?.letter == "w"
    if isSouth, let degrees = keys.indices.first(where: { Self.isWholeDegrees(keys[$0]) }) {
      throw Problem(
        text: "“\(header[latitude])” beside “\(header[degrees])” may hold seconds; convert latitude and "
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
    let width = Self.width(header)
    let rows = ArraySlice(rows.filter { $0.unendedQuote == nil && Self.width($0.fields) <= width })
    self.width = width
    number = columns(Self.names.number).first
    (self.name, self.latitude, self.longitude) = (name, latitude, longitude)
    northOrSouth =
      columns(Self.names.northOrSouth).first
      ?? Self.neighbour(of: latitude, in: rows, used: [name, longitude, number], letters: ["n", "s"])
    eastOrWest =
      columns(Self.names.eastOrWest).first
      ?? Self.neighbour(of: longitude, in: rows, used: [name, latitude, number], letters: ["e", "w"])
    for hemisphere in columns(Self.names.hemisphere) {
      let values = Set(rows.compactMap { Self.field(hemisphere, of: $0).flatMap(Self.letter) })
      if northOrSouth == nil, !values.isEmpty, values.isSubset(of: ["n", "s"]) {
        northOrSouth = hemisphere
      } else if eastOrWest == nil, !values.isEmpty, values.isSubset(of: ["e", "w"]) {
        eastOrWest = hemisphere
      } else if hemisphere != northOrSouth, hemisphere != eastOrWest {
        throw Problem(text: "“\(header[hemisphere])” holds neither only N and S nor only E and W")
      }
    }
    for (index, hemisphere) in [(latitude, northOrSouth), (longitude, eastOrWest)] {
      guard let hemisphere, halved.contains(index) else { continue }
      throw Problem(
        text: "“\(header[index])” and “\(header[hemisphere])” both say the hemisphere; keep one of them")
    }
  }

  /// The fields of a row by column.
  ///
  /// - Throws: `CatalogueRow.Problem` for a row with more fields than the header, because its fields cannot
  ///   be assigned to columns.
  func row(_ fields: [String]) throws(CatalogueRow.Problem) -> CatalogueRow {
    let count = Self.width(fields)
    guard count <= width else {
      throw CatalogueRow.Problem(
        text: "has \(count) fields, but the header has \(width); \(CatalogueRow.decimalCommas)")
    }
    func field(_ index: Int?) -> String {
      guard let index, fields.indices.contains(index) else { return "" }
      return fields[index]
    }
    return CatalogueRow(
      number: field(number), name: field(name), latitude: field(latitude), longitude: field(longitude),
      northOrSouth: northOrSouth.map { field($0) }, eastOrWest: eastOrWest.map { field($0) }, isSouth: isSouth,
      isWest: isWest)
  }

  /// Number of fields up to the last non-empty one.
  private static func width(_ fields: [String]) -> Int { (fields.lastIndex { !$0.isEmpty } ?? -1) + 1 }

  /// Parses a field of the header; the first may begin with `#`.
  private static func key(_ field: String) -> Key {
    func isBlank(_ character: Character) -> Bool { character.isWhitespace || "_-./:".contains(character) }
    let text = String(withoutDiacritics(field.lowercased()).drop { $0 == "#" })
    let bracket = text.firstIndex { "([".contains($0) } ?? text.endIndex
    let unit: String = String(text[bracket...]).filter { !isBlank($0) && !"()[],".contains($0) }
    let words = text[..<bracket].split(whereSeparator: isBlank).map(String.init)
    var key = Key(word: words.joined(separator: ""), unit: unit)
    let letter: String = (words.last ?? "").filter { $0 != "°" && $0 != "º" }
    if words.count > 1, ["n", "s", "e", "w"].contains(letter) {
      key.hemisphere = (words.dropLast().joined(separator: ""), letter)
    }
    return key
  }

  private static func withoutDiacritics(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars
    where scalar.properties.generalCategory != .nonspacingMark {
      plain.append(scalar)
    }
    return String(plain)
  }

  /// What follows latitude or longitude in a header field; `nil` if the field is not a coordinate.
  private static func restOfAxis(_ key: Key) -> String? {
    let axes = [
      "lat", "latitude", "latitud", "latitudine", "breite", "breitengrad", "lintang", "lon", "long", "lng",
      "longitude", "longitud", "longitudine", "lange", "laenge", "langengrad", "laengengrad", "bujur",
    ]
    guard let axis = axes.filter({ key.word.hasPrefix($0) }).max(by: { $0.count < $1.count }) else { return nil }
    return String(key.word.dropFirst(axis.count))
  }

  private static func isPartOfDegree(_ key: Key) -> Bool {
    let parts = [
      "m", "min", "mins", "minute", "minutes", "mm", "s", "sec", "secs", "second", "seconds", "ss", "minutos",
      "segundos", "minuti", "secondi", "minuten", "sekunden", "secondes", "menit", "detik",
    ]
    guard let rest = restOfAxis(key) else { return false }
    return parts.contains(rest) || (rest.isEmpty && parts.contains(key.unit))
  }

  private static func isWholeDegrees(_ key: Key) -> Bool {
    restOfAxis(key).map { ["d", "deg", "degree", "degrees"].contains($0) } ?? false
  }

  /// A field of a record; `nil` if it is missing or empty.
  private static func field(_ index: Int, of record: SeparatedValues.Record) -> String? {
    guard record.fields.indices.contains(index), !record.fields[index].isEmpty else { return nil }
    return record.fields[index]
  }

  /// The column to the right, or else to the left, of another if it contains only hemisphere letters.
  private static func neighbour(
    of column: Int, in rows: ArraySlice<SeparatedValues.Record>, used: [Int?], letters: Set<String>
  ) -> Int? {
    [column + 1, column - 1].first { index in
      guard index >= 0, !used.contains(index) else { return false }
      let values = rows.compactMap { field(index, of: $0) }
      return !values.isEmpty && values.allSatisfy { value in letter(value).map(letters.contains) ?? false }
    }
  }

  /// `n`, `s`, `e` or `w` for the letter or name of a hemisphere.
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
