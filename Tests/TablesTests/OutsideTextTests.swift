import Tables
import Testing

/// Text from outside in tables and pages.
struct OutsideTextTests {
  private func field(_ text: String) -> String {
    var table = CommaSeparatedTable(header: ["a"])
    table.append([text])
    return String(table.text.dropFirst(2).dropLast())
  }

  @Test(arguments: [
    "=cmd()", "+1+1", "-2+3", "@SUM(A1)", " =1", "\u{FF1D}1", "-", "=", "--1", "-1e", "+", "'=1", "''@x", "-inf",
    "=\u{301}1",
  ])
  func formulasAreTextForSpreadsheetsAndReadBackAsTheyWere(_ text: String) {
    #expect(field(text).drop { $0 == "\"" }.first == "'")
    let trimmed = text.drop { $0 == " " }
    #expect(SeparatedValues.records(in: field(String(trimmed)), separator: ",").first?.fields == [String(trimmed)])
  }

  @Test(arguments: ["-12.5", "+3", "1e-9", "-1.5e+10", "0.9", "'quoted'", "'", "it's", "a=b", "x-y", "–", "<b>"])
  func numbersAndOtherTextStay(_ text: String) {
    #expect(field(text) == text)
    #expect(SeparatedValues.records(in: text, separator: ",").first?.fields == [text])
  }

  @Test func lineBreaksAndEscapeSequencesNeverReachATableRaw() {
    let attack = "a\u{1B}[2J\r\n=1,\"b\"\u{202E}\u{9B}31m\t"
    var table = CommaSeparatedTable(header: ["a", "b"])
    table.append([attack, "c"])
    #expect(table.text.unicodeScalars.filter { $0 == "\n" }.count == 2)
    #expect(table.text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7E).contains($0.value) })
    var aligned = AlignedTable(header: ["a"], leftAligned: [0])
    aligned.append([attack])
    #expect(aligned.text.split(separator: "\n").count == 2)
    #expect(aligned.text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7E).contains($0.value) })
  }

  @Test func whatPeopleWroteKeepsItsLines() {
    var table = CommaSeparatedTable(header: ["a", "b"], holdsParagraphs: true)
    let captions = [
      "first\nsecond\tthird", "=formula\nand more", "\u{1B}[31m", String(repeating: "x", count: 5000),
    ]
    for caption in captions { table.append([caption, "end"]) }
    let read = SeparatedValues.records(in: table.text, separator: ",").dropFirst().map { $0.fields[0] }
    #expect(read == [captions[0], captions[1], "\\u{1B}[31m", captions[3]])
  }

  @Test func noAccentMakesABracketOrQuotePassIntoAPage() {
    let escaped = HTMLPage.escaped("<\u{338}script>\"\u{301} onload='x'&\u{1B}")
    for character in "<>\"'" { #expect(!escaped.unicodeScalars.contains { $0 == character.unicodeScalars.first }) }
    #expect(escaped.hasPrefix("&lt;\u{338}script&gt;&quot;\u{301} onload=&#39;x&#39;&amp;\\u{1B}"))
  }
}
