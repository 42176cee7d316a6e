/// Suggestions for an unknown name: the job keys, option values, volcanoes, models or files most like it.
public enum NearNames {
  /// Most names that are suggested.
  public static let limit = 5

  /// The known names that share a word with a name, begin alike or differ in few letters, the likeliest first.
  ///
  /// - Parameters:
  ///   - name: in any spelling.
  ///   - known: the names there are, with each what is shown for it.
  ///   - key: gives a name in the spelling that is compared: words joined by `_`.
  /// - Returns: at most ``limit`` of what is shown.
  public static func near(
    _ name: String, among known: [(name: String, shown: String)], key: (String) -> String = NearNames.key
  ) -> [String] {
    let wanted = key(name)
    guard !wanted.isEmpty else { return [] }
    let words = Set(wanted.split(separator: "_"))
    var found: [(distance: Int, shown: String)] = []
    for (name, shown) in known {
      let other = key(name)
      let otherWords = other.split(separator: "_")
      let distance: Int
      if otherWords.contains(where: { words.contains($0) && $0.count > 2 }) {
        distance = abs(otherWords.count - words.count)
      } else if other.contains(wanted) || (other.count > 3 && wanted.contains(other)) {
        distance = 2
      } else {
        // A word alone may be misspelt too.
        let letters =
          ([Substring(other)] + otherWords).map { editDistance(Array(wanted.utf8), Array($0.utf8)) }.min()
          ?? noDistance
        guard letters <= max(1, wanted.utf8.count / 4) else { continue }
        distance = 2 + letters
      }
      found.append((distance, shown))
    }
    var shown: [String] = []
    for (_, text) in found.sorted(by: { ($0.distance, $0.shown) < ($1.distance, $1.shown) })
    where !shown.contains(text) {
      shown.append(text)
      if shown.count == limit { break }
    }
    return shown
  }

  /// The known names that differ from a word in few letters, the likeliest first: for keys, commands and values,
  /// whose words are too common for ``near(_:among:key:)``.
  public static func misspelt(_ name: String, among known: [String]) -> [String] {
    let wanted = key(name)
    guard !wanted.isEmpty else { return [] }
    let letters = Array(wanted.utf8)
    let found = Set(known).compactMap { name -> (distance: Int, name: String)? in
      let other = key(name)
      let begins =
        letters.count > 2 && (other.hasPrefix(wanted) || (other.utf8.count > 2 && wanted.hasPrefix(other)))
      let distance = begins ? 1 : editDistance(letters, Array(other.utf8))
      return distance <= max(1, letters.count / 3) ? (distance, name) : nil
    }
    let sorted = found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    // What is much nearer than the rest is meant.
    return sorted.prefix { $0.distance <= (sorted.first?.distance ?? 0) + 1 }.prefix(3).map(\.name)
  }

  /// `; did you mean A or B?`; empty where nothing is near.
  public static func question(_ names: [String]) -> String {
    names.isEmpty ? "" : "; did you mean \(names.joined(separator: " or "))?"
  }

  /// See ``misspelt(_:among:)`` and ``question(_:)``.
  public static func question(_ name: String, among known: [String]) -> String {
    question(misspelt(name, among: known))
  }

  /// The distance of names that are too long to be compared: no name is that near.
  private static let noDistance = 1_000_000

  /// Lower case, with `_` for what separates words in names of keys and files.
  public static func key(_ name: String) -> String {
    String(name.lowercased().map { "- .".contains($0) ? "_" : $0 })
  }

  /// Insertions, deletions, changes and swaps of neighbours that turn one text into another.
  ///
  /// - Parameters:
  ///   - one: UTF-8.
  ///   - other: UTF-8.
  /// - Returns: their number; 99 for texts that have little in common.
  public static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    guard one.count < 200, other.count < 200 else { return noDistance }
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in 0..<one.count {
      var current = [row + 1]
      for column in 0..<other.count {
        var best = min(
          last[column + 1] + 1, current[column] + 1, last[column] + (one[row] == other[column] ? 0 : 1))
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[other.count]
  }
}
