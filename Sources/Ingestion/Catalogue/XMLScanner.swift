/// A minimal XML scanner for spreadsheets. Namespace prefixes are removed. Entity declarations are skipped
/// and never expanded.
struct XMLScanner {
  enum Event: Equatable {
    case start(String, [String: String])
    case end(String)
    case text(String)
  }

  private var rest: Substring.UnicodeScalarView
  /// End event of an element without content.
  private var pending: Event?

  init(_ text: String) { rest = text[...].unicodeScalars }

  /// The next tag or text; `nil` at the end.
  ///
  /// - Throws: ``CatalogueForm/Problem`` for unterminated markup.
  mutating func next() throws -> Event? {
    if let event = pending {
      pending = nil
      return event
    }
    while let first = rest.first {
      guard first == "<" else {
        let text = rest.prefix { $0 != "<" }
        rest = rest[text.endIndex...]
        return .text(Self.decoded(text))
      }
      if try skip("<!--", upTo: "-->") != nil { continue }
      if try skip("<?", upTo: "?>") != nil { continue }
      if let text = try skip("<![CDATA[", upTo: "]]>") { return .text(String(Substring(text))) }
      if try skip("<!", upTo: ">") != nil { continue }
      return try tag()
    }
    return nil
  }

  private mutating func tag() throws -> Event {
    rest.removeFirst()
    var quote: Unicode.Scalar?
    let content = rest.prefix { scalar in
      if let open = quote {
        if scalar == open { quote = nil }
        return true
      }
      if scalar == "\"" || scalar == "'" { quote = scalar }
      return scalar != ">"
    }
    guard content.endIndex < rest.endIndex else { throw Self.unended }
    rest = rest[rest.index(after: content.endIndex)...]
    if content.first == "/" { return .end(Self.name(content.dropFirst())) }
    let isEmpty = content.last == "/"
    let name = Self.name(content)
    if isEmpty { pending = .end(name) }
    return .start(name, Self.attributes(content))
  }

  private static var unended: CatalogueForm.Problem {
    CatalogueForm.Problem(description: "is a truncated Excel spreadsheet (XML); download it again")
  }

  /// Skips markup that begins with `start` here, up to `end`, and returns what is between; `nil` if something
  /// else begins here.
  private mutating func skip(_ start: String, upTo end: String) throws -> Substring.UnicodeScalarView? {
    guard rest.starts(with: start.unicodeScalars) else { return nil }
    let content = rest.dropFirst(start.unicodeScalars.count)
    let mark = Array(end.unicodeScalars)
    var index = content.startIndex
    while index < content.endIndex {
      if content[index] == mark[0], content[index...].starts(with: mark) {
        rest = content[content.index(index, offsetBy: mark.count)...]
        return content[..<index]
      }
      index = content.index(after: index)
    }
    throw Self.unended
  }

  private static func name(_ content: Substring.UnicodeScalarView) -> String {
    local(content.prefix { !$0.properties.isWhitespace && $0 != "/" })
  }

  /// A name without its prefix.
  private static func local(_ name: Substring.UnicodeScalarView) -> String {
    guard let colon = name.lastIndex(of: ":") else { return String(Substring(name)) }
    return String(Substring(name[name.index(after: colon)...]))
  }

  private static func attributes(_ content: Substring.UnicodeScalarView) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = content.drop { !$0.properties.isWhitespace }
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].filter { !$0.properties.isWhitespace }
      let value = rest[rest.index(after: equals)...].drop { $0.properties.isWhitespace }
      guard let quote = value.first, quote == "\"" || quote == "'" else { break }
      let inside = value.dropFirst().prefix { $0 != quote }
      let key = String(String.UnicodeScalarView(name))
      attributes[key.split(separator: ":").last.map(String.init) ?? key] = decoded(inside)
      guard inside.endIndex < value.endIndex else { break }
      rest = value[value.index(after: inside.endIndex)...]
    }
    return attributes
  }

  private static let entities: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
  ]

  /// The character of a reference, given the text between `&` and `;`.
  private static func character(_ name: String) -> Unicode.Scalar? {
    guard name.hasPrefix("#") else { return entities[name] }
    let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
    return number.flatMap { Unicode.Scalar($0) }
  }

  /// Text with predefined entities and character references replaced; other references are kept.
  private static func decoded(_ text: Substring.UnicodeScalarView) -> String {
    guard text.contains("&") else { return String(Substring(text)) }
    var result = String.UnicodeScalarView()
    var rest = text
    while let scalar = rest.popFirst() {
      guard scalar == "&", let end = rest.prefix(12).firstIndex(of: ";") else {
        result.append(scalar)
        continue
      }
      let name = String(Substring(rest[..<end]))
      guard let found = character(name) else {
        result.append(scalar)
        continue
      }
      result.append(found)
      rest = rest[rest.index(after: end)...]
    }
    return String(result)
  }
}
