import Testing

@testable import Tables

/// What spreadsheet programs do to a table changes nothing in it.
@Suite struct NamedTableTests {
  private static let places = ["Sierra Negra", "Krafla, Iceland", "Öræfajökull"]
  private static let latitudes = ["-0.83", "65.73", "64"]

  private func utf16(_ text: String, highFirst: Bool, marked: Bool) -> [UInt8] {
    let units = (marked ? [0xFEFF] : []) + Array(text.utf16)
    return units.flatMap { unit -> [UInt8] in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
      return highFirst ? [high, low] : [low, high]
    }
  }

  @Test func everyFormThatPeopleSaveIsOneTable() throws {
    let plain =
      "volcano,latitude,fold\nSierra Negra,-0.83,0\n\"Krafla, Iceland\",65.73,1\nÖræfajökull,64,2\n"
    let semicolons =
      "volcano;latitude;fold\nSierra Negra;-0,83;0\n\"Krafla, Iceland\";65,73;1\nÖræfajökull;64;2\n"
    let forms: [(String, [UInt8])] = [
      ("plain", Array(plain.utf8)), ("mark", [0xEF, 0xBB, 0xBF] + Array(plain.utf8)),
      ("line ends", Array(plain.replacing("\n", with: "\r\n").utf8)),
      ("old line ends", Array(plain.replacing("\n", with: "\r").utf8)),
      ("semicolons", Array(semicolons.utf8)),
      ("tabs", Array(semicolons.replacing(";", with: "\t").utf8)),
      ("named separator", Array("sep=;\r\n\(semicolons)".utf8)),
      (
        "blank columns",
        Array(
          "volcano;latitude;fold;;\nSierra Negra;-0,83;0;;\nKrafla, Iceland;65,73;1;;\nÖræfajökull;64;2\n;;;;\n"
            .utf8)
      ),
      ("no line end", Array(plain.dropLast().utf8)),
      ("other case", Array(plain.replacing("volcano,lat", with: " Volcano ,Lat").utf8)),
      ("UTF-16", utf16(semicolons, highFirst: false, marked: true)),
      ("UTF-16, high byte first", utf16(plain, highFirst: true, marked: true)),
      ("UTF-16 without a mark", utf16(plain, highFirst: false, marked: false)),
      ("Windows", plain.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }),
    ]
    for (form, bytes) in forms {
      let table = try NamedTable(TextDecoding.text(of: bytes))
      #expect(table.count == 3, "\(form)")
      #expect(try table.column("volcano") == Self.places, "\(form)")
      #expect(try table.column("latitude")?.map { NumberText.number($0) } == [-0.83, 65.73, 64], "\(form)")
      #expect(try table.column("fold")?.map { NumberText.whole($0) } == [0, 1, 2], "\(form)")
    }
  }

  @Test func whatIsCutOffOrAmbiguousIsRefused() throws {
    #expect(throws: NamedTable.Problem.self) { try NamedTable("a,b\n1,2,3\n") }
    #expect(throws: NamedTable.Problem.self) { try NamedTable("a,b\n1,2\n3") }
    #expect(throws: NamedTable.Problem.self) { try NamedTable("\n \n") }
    let twice = try NamedTable("fold,Fold ,x\n1,2,3\n")
    #expect(try twice.column("fold") == ["1"], "the exact name comes first")
    #expect(throws: NamedTable.Problem.self) { try NamedTable("Fold,FOLD\n1,2\n").column("fold") }
    #expect(try twice.column("place") == nil)
    #expect(twice.lines == [2])
  }

  @Test(arguments: [
    ("a,b\n1,\"x\n2,y\n", 2), ("\"a,b\n1,2\n", 1), ("a,b\n1,\"x\n2,\"y\"\n", 2), ("sep=;\na;b\n1;2\n3;\"x", 4),
  ])
  func aQuoteThatDoesNotEndIsRefusedWithItsLine(text: String, line: Int) {
    let problem = #expect(throws: NamedTable.Problem.self) { try NamedTable(text) }
    #expect(problem?.description.hasPrefix("line \(line) has a field that begins with a quote") == true)
  }

  @Test func numbersAreReadAsTheyAreWritten() {
    #expect(NumberText.number(" 12,5 ") == 12.5 && NumberText.number("\u{2212}3") == -3)
    #expect(NumberText.number("1.5e2") == 150 && NumberText.number("-.5") == -0.5)
    for text in ["", "1,234.5", "1.234,5", "1,2,3", "nan", "inf", "0x10", "12 m", "1e999"] {
      #expect(NumberText.number(text) == nil, "\(text)")
    }
    #expect(NumberText.whole("353010.0") == 353_010 && NumberText.whole("353010,0") == 353_010)
    #expect(NumberText.whole("1.5") == nil && NumberText.whole("") == nil)
    #expect(NumberText.flag("TRUE") == true && NumberText.flag("0") == false && NumberText.flag("yes") == nil)
  }
}
