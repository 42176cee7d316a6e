import Foundation
import Testing

import Names

struct VisibleTextTests {
  @Test func whatMovesACursorOrStartsALineIsEscaped() {
    #expect(VisibleText.line("a\u{1B}[2Jb\nc\r\td") == "a\\u{1B}[2Jb\\nc\\r\\td")
    #expect(VisibleText.line("\u{9B}31m\u{7F}\0") == "\\u{9B}31m\\u{7F}\\u{00}")
    #expect(
      VisibleText.line("x\u{202E}y\u{2066}z\u{200B}\u{2028}\u{FEFF}")
        == "x\\u{202E}y\\u{2066}z\\u{200B}\\u{2028}\\u{FEFF}")
    #expect(VisibleText.line("line\r\nend") == "line\\r\\nend")
  }

  @Test func everyCodePointIsVisibleAfterwardsAndTwiceIsAsOnce() {
    for value in UInt32(0)...0x3FFFF {
      guard let scalar = Unicode.Scalar(value), VisibleText.isHidden(scalar) else { continue }
      let shown = VisibleText.line(String(scalar))
      #expect(shown.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
      #expect(VisibleText.line(shown) == shown)
    }
  }

  @Test func ordinaryTextStaysAsItIs() {
    for text in ["", "plain", "Sierra Negra – 0.9 °", "Eyjafjallajökull", "火山", "e\u{301}", "C:\\data"] {
      #expect(VisibleText.line(text) == text)
      #expect(VisibleText.lines(text) == text)
      #expect(VisibleText.json(text) == text)
    }
    #expect(VisibleText.lines("a\nb\u{1B}") == "a\nb\\u{1B}")
    #expect(VisibleText.paragraph("a\r\nb\tc 👩\u{200D}🔬\u{1B}\u{202E}") == "a\nb\tc 👩\u{200D}🔬\\u{1B}\\u{202E}")
  }

  @Test func longTextIsCutVisibly() {
    let long = String(repeating: "x", count: 5000)
    #expect(VisibleText.line(long).count == VisibleText.usualLimit + 1)
    #expect(VisibleText.line(long).last == "…")
    #expect(VisibleText.line(String(repeating: "e\u{301}\u{301}", count: 5000)).unicodeScalars.count <= 1001)
  }

  @Test func jsonReadsBackAsTheSameText() throws {
    let text = "a\u{1B}\u{9B}\u{202E}\u{E0001}\"\\\nb"
    let document = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
    let shown = VisibleText.json(document)
    #expect(shown.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
    #expect(try JSONDecoder().decode([String].self, from: Data(shown.utf8)) == [text])
  }
}
