import Foundation

/// One spelling for a volcano's name, so that catalogues, portals and file names find each other.
public enum VolcanoName {
  /// The name in lower-case ASCII words joined by `_`: `"Negra, Sierra"`, `"Sierra Negra"` and `"sierra_negra"`
  /// all become `sierra_negra`. Diacritics are dropped, a hyphen inside a word stays (`alu-dalafilla`), all other
  /// punctuation separates words, and a part behind a comma comes first.
  public static func key(_ name: String) -> String {
    let parts = name.split(separator: ",")
    let ordered = parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
    var words: [String] = []
    var word = ""
    func endWord() {
      let trimmed = word.drop { $0 == "-" }
      let end = trimmed.lastIndex { $0 != "-" }
      if let end { words.append(String(trimmed[...end])) }
      word = ""
    }
    for scalar in ordered.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", "-": word.unicodeScalars.append(scalar)
      case "'", "’", "`", "ʻ", ".": continue
      case "ø": word += "o"
      case "æ": word += "ae"
      case "đ", "ð": word += "d"
      case "ł": word += "l"
      case "ß": word += "ss"
      case "ı": word += "i"
      case "þ": word += "th"
      case _ where scalar.properties.generalCategory == .nonspacingMark: continue
      default: endWord()
      }
    }
    endWord()
    return words.joined(separator: "_")
  }
}
