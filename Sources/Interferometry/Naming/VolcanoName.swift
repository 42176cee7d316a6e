import Foundation

/// Normalised spelling of volcano names, so that catalogues, portals and file names match.
public enum VolcanoName {
  /// The name as lower-case words joined by `_`: `"Negra, Sierra"`, `"Sierra Negra"` and `"sierra_negra"` all
  /// become `sierra_negra`. Latin letters become ASCII, without diacritics. Letters of other scripts are kept
  /// with their marks, in Unicode composed form: `"Ключевская"` becomes `ключевская`, `"富士山"` is unchanged. A
  /// hyphen inside a word is kept (`alu-dalafilla`); other punctuation separates words; the part after a
  /// comma is moved to the front.
  public static func key(_ name: String) -> String {
    let parts = name.split(separator: ",")
    let ordered = parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
    var words: [String] = []
    var word = ""
    // Whether marks after the last letter are part of it.
    var keepsMarks = false
    func endWord() {
      let trimmed = word.drop { $0 == "-" }
      let end = trimmed.lastIndex { $0 != "-" }
      if let end { words.append(String(trimmed[...end])) }
      word = ""
      keepsMarks = false
    }
    // Compatibility decomposition may produce capital letters, so lower-case again.
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
  /// A combining mark of the previous letter.
  fileprivate var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// A letter or digit of any script. Letters used as apostrophes separate words, as punctuation does.
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
