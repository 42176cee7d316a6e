import Interferometry
import Names
import Tables

/// One line of a catalogue, with its fields by meaning.
///
/// Degrees are decimal, with a point or a comma and an optional `°`. They have a sign, or a hemisphere letter
/// after or before the number or in a separate column. A sign that contradicts the letter is refused.
struct CatalogueRow {
  struct Problem: Error { let text: String }

  var number: String
  var name: String
  var latitude: String
  var longitude: String
  /// `nil` if there is no such column.
  var northOrSouth: String?
  var eastOrWest: String?
  /// Whether the column's name means degrees south or west.
  var isSouth: Bool
  var isWest: Bool

  /// Remedy for a row with too many fields.
  static let decimalCommas =
    "decimal commas may be the reason: put such numbers in quotes, or separate the fields with semicolons"

  init(
    number: String, name: String, latitude: String, longitude: String, northOrSouth: String? = nil,
    eastOrWest: String? = nil, isSouth: Bool = false, isWest: Bool = false
  ) {
    self.number = number
    self.name = name
    self.latitude = latitude
    self.longitude = longitude
    self.northOrSouth = northOrSouth
    self.eastOrWest = eastOrWest
    self.isSouth = isSouth
    self.isWest = isWest
  }

  /// Takes the fields as `name, latitude, longitude`, with an optional catalogue number in front.
  ///
  /// - Throws: ``Problem`` for another number of fields, which needs a header.
  init(withoutHeader fields: [String]) throws(Problem) {
    var fields = fields
    while fields.last?.isEmpty == true { fields.removeLast() }
    switch fields.count {
    case ..<3: throw Problem(text: Self.expectation)
    case 3: self.init(number: "", name: fields[0], latitude: fields[1], longitude: fields[2])
    case 4 where Self.isNumber(fields[0]) && NumberText.number(fields[1]) == nil:
      self.init(number: fields[0], name: fields[1], latitude: fields[2], longitude: fields[3])
    default:
      throw Problem(
        text: "has \(fields.count) fields and no header names them, \(Self.expectation) or number, name, "
          + "latitude and longitude; \(Self.decimalCommas)")
    }
  }

  private static let expectation = "expected name, latitude and longitude"

  /// Whether a first field may be a catalogue number: empty, an integer, or the former format (`1503-06=`).
  private static func isNumber(_ text: String) -> Bool {
    guard !text.isEmpty, NumberText.whole(text) == nil else { return true }
    guard let first = text.first, ("0"..."9").contains(first) else { return false }
    return !text.contains { $0.isWhitespace } && text.count { $0.isLetter } <= 1
  }

  /// The volcano, and the text of its number if that is not a Global Volcanism Program number.
  func volcano() throws(Problem) -> (volcano: Volcano, oddNumber: String?) {
    guard !name.isEmpty, !latitude.isEmpty, !longitude.isEmpty else {
      throw Problem(text: Self.expectation)
    }
    let limit = VolcanoCatalogue.nameLimit
    guard name.utf8.count <= limit else {
      throw Problem(text: "“\(name.prefix(40))…” has a name of more than \(limit) bytes")
    }
    if let problem = DisplayName.problem(name) {
      throw Problem(text: "“\(VisibleText.line(name, limit: 40))” is not a valid name: it \(problem)")
    }
    let north = try coordinate(
      "latitude", latitude, northOrSouth, isMirrored: isSouth, letters: ("n", "s"), "−90 to 90", -90...90)
    let east = try coordinate(
      "longitude", longitude, eastOrWest, isMirrored: isWest, letters: ("e", "w"), "−180 to 180", -180...360)
    let whole = NumberText.whole(number)
    if let whole, whole < 1 {
      throw Problem(text: "“\(name)” has number \(whole), expected one of the Global Volcanism Program's")
    }
    return (
      Volcano(
        number: whole, name: name, latitudeDegrees: north, longitudeDegrees: Longitude.normalized(east)),
      whole == nil && !number.isEmpty ? String(number.prefix(40)) : nil
    )
  }

  private func coordinate(
    _ what: String, _ text: String, _ hemisphere: String?, isMirrored: Bool, letters: (String, String),
    _ words: String, _ range: ClosedRange<Double>
  ) throws(Problem) -> Double {
    let shown = "“\(name)” has \(what) “\(text.prefix(40))”"
    guard let read = Self.degrees(text, letters) else {
      let isMinutes =
        text.contains { "'′’\"″".contains($0) } || text.split { $0.isWhitespace || $0 == "°" }.count > 1
      throw Problem(text: "\(shown), expected \(isMinutes ? "decimal degrees" : "\(words) degrees")")
    }
    var degrees = read.value
    if let hemisphere {
      guard let letter = CatalogueColumns.letter(hemisphere), letter == letters.0 || letter == letters.1 else {
        throw Problem(
          text: "\(shown) with “\(hemisphere.prefix(40))” in the column of its hemisphere, expected "
            + "\(letters.0.uppercased()) or \(letters.1.uppercased())")
      }
      let isNegative = letter == letters.1
      guard degrees >= 0 || isNegative else {
        throw Problem(text: "\(shown), but its hemisphere is \(hemisphere): one of them is wrong")
      }
      degrees = isNegative ? -abs(degrees) : degrees
    }
    if isMirrored {
      guard read.hasLetter ? degrees <= 0 : degrees >= 0 else {
        throw Problem(
          text: "\(shown), but its column's name says \(letters.1.uppercased()): one of them is wrong")
      }
      degrees = -abs(degrees)
    }
    guard range.contains(degrees) else { throw Problem(text: "\(shown), expected \(words) degrees") }
    return degrees
  }

  /// Parses degrees with optional `°` and letter: `-0.83`, `−0,83`, `0.83° S`, `S0.83`; `nil` for anything
  /// else.
  private static func degrees(_ text: String, _ letters: (String, String)) -> (value: Double, hasLetter: Bool)? {
    var rest = text.trimmingWhitespace
    var letter: String?
    for word in [letters.0, letters.1] where letter == nil {
      if rest.lowercased().hasSuffix(word), rest.count > 1 {
        (letter, rest) = (word, String(rest.dropLast()))
      } else if rest.lowercased().hasPrefix(word), rest.count > 1 {
        (letter, rest) = (word, String(rest.dropFirst()))
      }
    }
    rest = rest.trimmingWhitespace
    if rest.hasSuffix("°") || rest.hasSuffix("º") { rest = String(rest.dropLast()).trimmingWhitespace }
    guard let value = NumberText.number(rest), letter == nil || value >= 0 else { return nil }
    return (letter == letters.1 ? -value : value, letter != nil)
  }
}
