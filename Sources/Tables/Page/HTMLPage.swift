import Names

/// One HTML page with everything inside it, so that it can be sent and kept as a file.
public struct HTMLPage: Sendable {
  private let title: String
  private var parts: [String]

  /// - Parameters:
  ///   - title: its title and first heading.
  ///   - remarks: paragraphs below it.
  public init(title: String, remarks: [String]) {
    self.title = title
    parts = remarks.map { "<p>\(Self.escaped($0))</p>" }
  }

  /// Adds what is HTML already.
  public mutating func append(_ html: String) { parts.append(html) }

  /// Adds a heading, of the second level by itself.
  public mutating func heading(_ text: String, level: Int = 2) {
    parts.append("<h\(level)>\(Self.escaped(text))</h\(level)>")
  }

  /// Adds a table; the first column is of words.
  public mutating func table(_ header: [String], _ rows: [[String]]) { parts.append(Self.table(header, rows)) }

  /// Adds a table that is seen when its summary is clicked.
  public mutating func folded(_ summary: String, _ header: [String], _ rows: [[String]]) {
    parts.append(
      "<details><summary>\(Self.escaped(summary))</summary>\(Self.table(header, rows))</details>")
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    let head = header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let body = rows.map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    return
      "<div class=\"table\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(body)\n</tbody></table></div>"
  }

  /// Adds pictures side by side.
  public mutating func charts(_ charts: [Chart]) {
    parts.append("<div class=\"charts\">\(charts.map(\.svg).joined())</div>")
  }

  public var text: String {
    let title = Self.escaped(title)
    let head =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      + "<title>\(title)</title><style>\(Self.style)</style></head><body><h1>\(title)</h1>"
    return ([head] + parts + ["</body></html>\n"]).joined(separator: "\n")
  }

  /// Text as it may stand between tags and in attributes, with what is invisible in it escaped.
  public static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    // By code points: to Swift a quote or a bracket with an accent behind it is another character, to a browser it is not.
    for scalar in VisibleText.lines(text).unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  private static let style = """
    body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1c1917;background:#fff}
    .table{overflow-x:auto}table{border-collapse:collapse}th,td{padding:.25rem .6rem;border-bottom:1px solid #d6d3d1;
    text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left}svg{font:12px system-ui,sans-serif}
    .grid{stroke:#d6d3d1;fill:none}.charts,.gallery{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:160px}
    figcaption{font-size:12px;overflow-wrap:anywhere}summary{cursor:pointer;margin:.8rem 0}svg{max-width:100%;height:auto}
    """
}
