import Names

/// A self-contained HTML page, which can be sent and kept as one file.
public struct HTMLPage: Sendable {
  private let title: String
  private var parts: [String]

  /// - Parameters:
  ///   - title: Title and first heading.
  ///   - remarks: Paragraphs below the heading.
  public init(title: String, remarks: [String]) {
    self.title = title
    parts = remarks.map { "<p>\(Self.escaped($0))</p>" }
  }

  /// Appends HTML unchanged.
  public mutating func append(_ html: String) { parts.append(html) }

  /// Adds a heading, of the second level by default.
  public mutating func heading(_ text: String, level: Int = 2) {
    parts.append("<h\(level)>\(Self.escaped(text))</h\(level)>")
  }

  /// Adds a table; the first column is text.
  public mutating func table(_ header: [String], _ rows: [[String]]) { parts.append(Self.table(header, rows)) }

  /// Adds a table that is shown when its summary is clicked.
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

  /// Adds charts side by side.
  public mutating func charts(_ charts: [Chart]) {
    parts.append("<div class=\"charts\">\(charts.map(\.svg).joined())</div>")
  }

  /// The page as HTML.
  public var text: String {
    let title = Self.escaped(title)
    let head =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      + "<title>\(title)</title><style>\(Self.style)</style></head><body><h1>\(title)</h1>"
    return ([head] + parts + ["</body></html>\n"]).joined(separator: "\n")
  }

  /// Text escaped for use between tags and in attributes; invisible characters are escaped, too.
  public static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    // By code points, because Swift combines a quote or bracket with a following accent into another
    // character, and browsers do not.
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
