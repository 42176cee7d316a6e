import Foundation

/// One spelling for a volcano's name, so that catalogues, portals and file names find each other.
public enum VolcanoName {
  /// The name in lower-case words joined by `_`: `"Negra, Sierra"`, `"Sierra Negra"` and `"sierra_negra"` all become
  /// `sierra_negra`. Latin letters become ASCII: their diacritics are dropped. Letters of other scripts stay, with
  /// their marks, in Unicode's composed form: `"Ключевская"` becomes `ключевская`, `"富士山"` stays. A hyphen inside a
  /// word stays (`alu-dalafilla`), all other punctuation separates words, and a part behind a comma comes first.
  public static func key(_ name: String) -> String {
    let parts = name.split(separator: ",")
    let ordered = parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
    var words: [String] = []
    var word = ""
    // Whether the last letter was one whose marks are part of it.
    var keepsMarks = false
    func endWord() {
      let trimmed = word.drop { $0 == "-" }
      let end = trimmed.lastIndex { $0 != "-" }
      if let end { words.append(String(trimmed[...end])) }
      word = ""
      keepsMarks = false
    }
    // Compatibility forms may bring capital letters: once more lower case behind them.
    let decomposed = ordered.lowercased().decomposedStringWithCompatibilityMapping.lowercased()
    for scalar in decomposed.decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", "-":
        word.unicodeScalars.append(scalar)
        keepsMarks = false
      case "'", "’", "`", "ʻ", ".": continue
      case "ø": word += "o"
      case "æ": word += "ae"
      case "œ": word += "oe"
      case "đ", "ð": word += "d"
      case "ł": word += "l"
      case "ß": word += "ss"
      case "ı": word += "i"
      case "þ": word += "th"
      case "ς": word += "σ"
      case _ where scalar.properties.isVariationSelector: continue
      case _ where scalar.isMark:
        if keepsMarks { word.unicodeScalars.append(scalar) }
      case _ where scalar.isLetterOrDigit:
        word.unicodeScalars.append(scalar)
        keepsMarks = true
      default: endWord()
      }
    }
    endWord()
    return words.joined(separator: "_").precomposedStringWithCanonicalMapping
  }
}

extension Unicode.Scalar {
  /// A mark that belongs to the letter before it.
  fileprivate var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// A letter or digit of any script. Letters that are used as apostrophes separate words, as punctuation does.
  fileprivate var isLetterOrDigit: Bool {
    guard !(0x2B0...0x2FF).contains(value) else { return false }
    return switch properties.generalCategory {
    case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: false
    }
  }
}
