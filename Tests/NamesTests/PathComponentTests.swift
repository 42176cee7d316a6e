import Testing

@testable import Names

struct PathComponentTests {
  @Test(arguments: [
    "sierra_negra", "106A_09048_000909", "=cmd()", "Nevado del Ruiz", "eyjafjallajökull", "火山", "a.h5",
  ])
  func namesOfFilesAndVolcanoesPass(_ name: String) throws {
    #expect(try PathComponent(name).text == name)
  }

  @Test(arguments: [
    "", ".", "..", ".hidden", "../../../archive/other_stack", "a/b", "/etc/passwd", "a\\b", "a\0b", "a\nb",
    "a\u{1B}[2J",
    "a\u{7F}", "a\u{9B}31m", "a\u{202E}b", "a\u{2066}b", "a\u{200B}b", "a\u{2028}b", "\u{FEFF}a", " a", "a ",
    "a\u{A0}",
    "a\u{FFFD}", "a\u{E000}", String(repeating: "x", count: 300), String(repeating: "é", count: 91),
  ])
  func otherTextIsRefusedWithAReasonThatCanBeShown(_ text: String) {
    let error = #expect(throws: NameError.self) { try PathComponent(text) }
    let words = error?.description ?? "\u{1B}"
    #expect(words == VisibleText.line(words))
    #expect(words.count < 200)
  }

  @Test func aNameWithItsSuffixesFitsIntoAFileSystem() throws {
    let longest = try PathComponent(String(repeating: "x", count: PathComponent.byteLimit))
    #expect(".\(longest).activations.4294967295-0123456789abcdef.partial".utf8.count <= 255)
    #expect(throws: NameError.self) { try PathComponent(longest, longest, separator: "_", suffix: ".h5") }
  }

  @Test func namesThatSomeFileSystemsTakeForOneAreAlike() throws {
    #expect(try PathComponent("Etna").caseless == PathComponent("ETNA").caseless)
    #expect(try PathComponent("caf\u{E9}").caseless == PathComponent("CAFE\u{301}").caseless)
    #expect(try PathComponent("etna").caseless != PathComponent("etna_2").caseless)
  }

  @Test func aDisplayNameMayHoldSlashesButNothingInvisible() throws {
    #expect(try DisplayName("Negra, Sierra / Galápagos").text == "Negra, Sierra / Galápagos")
    for text in ["", "a\nb", "a\u{1B}[31m", "a\u{202E}b", " a", String(repeating: "x", count: 256)] {
      #expect(throws: NameError.self) { try DisplayName(text) }
    }
  }
}
