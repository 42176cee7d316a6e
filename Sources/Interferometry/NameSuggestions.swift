/// Suggestions for an unknown name.
public enum NameSuggestions {
  /// Largest number of suggestions.
  public static let limit = 5

  /// Known names that share a word with a name, have the same beginning or differ in few letters, best match
  /// first.
  ///
  /// - Parameters:
  ///   - name: The unknown name, in any spelling.
  ///   - known: Known names, each with the text to display.
  /// - Returns: the texts of at most ``limit`` names.
  public static func near(_ name: String, among known: [(name: String, shown: String)]) -> [String] {
    let key = VolcanoName.key(name)
    guard !key.isEmpty else { return [] }
    let words = Set(key.split(separator: "_"))
    var found: [(distance: Int, shown: String)] = []
    for (name, shown) in known {
      let other = VolcanoName.key(name)
      let otherWords = other.split(separator: "_")
      let distance: Int
      if otherWords.contains(where: { words.contains($0) && $0.count > 2 }) {
        distance = abs(otherWords.count - words.count)
      } else if other.contains(key) || (other.count > 3 && key.contains(other)) {
        distance = 2
      } else {
        // A single word may be misspelt too.
        let letters =
          ([Substring(other)] + otherWords).map { editDistance(Array(key.utf8), Array($0.utf8)) }.min() ?? 99
        guard letters <= max(1, key.utf8.count / 4) else { continue }
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

  /// `; did you mean A, B?`, or an empty text.
  public static func question(_ name: String, among known: [(name: String, shown: String)]) -> String {
    let names = near(name, among: known)
    return names.isEmpty ? "" : "; did you mean \(names.joined(separator: " or "))?"
  }

  /// Edit distance: insertions, deletions, substitutions and transpositions of neighbours.
  private static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    guard abs(one.count - other.count) < 8, one.count < 200, other.count < 200 else { return 99 }
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
