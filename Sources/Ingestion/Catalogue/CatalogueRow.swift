import Interferometry
import Names
import Tables

/// One line of a list, its fields by what they are.
///
/// Degrees are decimal, with a point or a comma, with an optional `°`, and with a sign or with a hemisphere's letter
/// behind the number, in front of it or in a column of its own. A sign that contradicts the letter is refused.
struct CatalogueRow {
  struct Problem: Error { let text: String }

  var number: String
  var name: String
  var latitude: String
  var longitude: String
  /// `nil` where the list has no such column.
  var northOrSouth: String?
  var eastOrWest: String?

  init(
    number: String, name: String, latitude: String, longitude: String, northOrSouth: String? = nil,
    eastOrWest: String? = nil
  ) {
    self.number = number
    self.name = name
    self.latitude = latitude
    self.longitude = longitude
    self.northOrSouth = northOrSouth
    self.eastOrWest = eastOrWest
  }

  /// Takes fields as `name, latitude, longitude`, or with a number in front.
  init(withoutHeader fields: [String]) {
    func field(_ index: Int) -> String { fields.indices.contains(index) ? fields[index] : "" }
    func isDegrees(_ index: Int, _ letters: (String, String)) -> Bool {
      (try? Self.degrees(field(index), letters)) != nil
    }
    let isNumbered =
      fields.count >= 4
      && (field(0).isEmpty || NumberText.whole(field(0)) != nil
        || !isDegrees(1, ("n", "s")) && isDegrees(2, ("n", "s")) && isDegrees(3, ("e", "w")))
    let first = isNumbered ? 1 : 0
    self.init(
      number: isNumbered ? field(0) : "", name: field(first), latitude: field(first + 1),
      longitude: field(first + 2))
  }

  /// The volcano; and its number's text, where that is none of the Global Volcanism Program's numbers.
  func volcano() throws(Problem) -> (volcano: Volcano, oddNumber: String?) {
    guard !name.isEmpty, !latitude.isEmpty, !longitude.isEmpty else {
      throw Problem(text: "expected name, latitude and longitude")
    }
    let limit = VolcanoCatalogue.nameLimit
    guard name.utf8.count <= limit else {
      throw Problem(text: "“\(name.prefix(40))…” has a name of more than \(limit) bytes")
    }
    if let problem = DisplayName.problem(name) {
      throw Problem(text: "“\(VisibleText.line(name, limit: 40))” is no name: it \(problem)")
    }
    let north = try coordinate("latitude", latitude, northOrSouth, letters: ("n", "s"), "−90 to 90", -90...90)
    let east = try coordinate("longitude", longitude, eastOrWest, letters: ("e", "w"), "−180 to 180", -180...360)
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
    _ what: String, _ text: String, _ hemisphere: String?, letters: (String, String), _ words: String,
    _ range: ClosedRange<Double>
  ) throws(Problem) -> Double {
    let shown = "“\(name)” has \(what) “\(text.prefix(40))”"
    guard var degrees = try? Self.degrees(text, letters) else {
      let isMinutes =
        text.contains { "'′’\"″".contains($0) } || text.split { $0.isWhitespace || $0 == "°" }.count > 1
      throw Problem(text: "\(shown), expected \(isMinutes ? "decimal degrees" : "\(words) degrees")")
    }
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
    guard range.contains(degrees) else { throw Problem(text: "\(shown), expected \(words) degrees") }
    return degrees
  }

  /// Degrees with an optional `°` and letter: `-0.83`, `−0,83`, `0.83° S`, `S0.83`.
  private static func degrees(_ text: String, _ letters: (String, String)) throws(Problem) -> Double {
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
    guard let value = NumberText.number(rest), letter == nil || value >= 0 else {
      throw Problem(text: "no degrees")
    }
    return letter == letters.1 ? -value : value
  }
}
