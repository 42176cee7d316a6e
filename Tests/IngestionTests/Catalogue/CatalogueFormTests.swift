import Foundation
import Interferometry
import Testing

@testable import Ingestion

/// Catalogues in the forms that people have them.
@Suite struct CatalogueFormTests {
  let fixture: ProductsFixture
  init() throws { fixture = try ProductsFixture() }

  private func read(_ data: Data, name: String = "list.csv") throws -> VolcanoCatalogue {
    try fixture.write(data, to: name)
    return try VolcanoCatalogue(contentsOf: fixture.path(name))
  }

  private func read(_ text: String) throws -> VolcanoCatalogue { try read(Data(text.utf8)) }

  private func expectAlba(_ catalogue: VolcanoCatalogue, number: Int? = 353_010, _ comment: Comment? = nil) {
    let volcano = catalogue.entries.first?.volcano
    #expect(catalogue.entries.count == 1 && volcano?.name == "Alba" && volcano?.number == number, comment)
    #expect(volcano?.latitudeDegrees == -0.05 && volcano?.longitudeDegrees == -91.05, comment)
  }

  private let header = "Volcano Number,Volcano Name,Country,Latitude,Longitude,Elevation (m)\n"

  @Test func decimalCommasAreReadWithSemicolonsTabsAndQuotes() throws {
    let semicolons = header.replacing(",", with: ";")
    expectAlba(try read(semicolons + "353010;Alba;Ecuador;-0,05;-91,05;1000\n"))
    expectAlba(try read(header.replacing(",", with: "\t") + "353010\tAlba\tEcuador\t-0,05\t-91,05\t1.000,5\n"))
    expectAlba(try read(header + "353010,Alba,Ecuador,\"-0,05\",\"−91,05\",1\n"))
    expectAlba(try read("353010;Alba;-0,05;-91,05\n"))
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian])
  func unicodeInOtherWidthsIsRead(encoding: String.Encoding) throws {
    let text = header + "353010,Alba,Ecuador,-0.05,-91.05,1\r\n"
    expectAlba(try read(try #require("\u{FEFF}\(text)".data(using: encoding))))
    guard [.utf16LittleEndian, .utf16BigEndian].contains(encoding) else { return }
    expectAlba(try read(try #require(text.data(using: encoding))))
  }

  @Test func numbersAsSpreadsheetsAndPandasWriteThemAreNumbers() throws {
    for number in ["353010.0", "353010,0", "3.5301e5", " 353010 "] {
      expectAlba(try read("Volcano Number;Volcano Name;Latitude;Longitude\n\(number);Alba;-0.05;-91.05\n"))
    }
  }

  @Test func aNumberOfAnotherFormShiftsNothingAndIsNamed() throws {
    for header in ["Volcano Number,Volcano Name,Latitude,Longitude\n", ""] {
      let text = header + "1503-06=,Alba,-0.05,-91.05\n"
      let catalogue = try read(text)
      expectAlba(catalogue, number: nil)
      #expect(catalogue.notes.count == 1 && catalogue.notes[0].contains("1503-06="))
      #expect(catalogue.rejectedLines.isEmpty)
    }
  }

  @Test func hemispheresInColumnsOfTheirOwnAreApplied() throws {
    let forms = [
      "NUMBER,NAME,LATITUDE,NS,VF,LONGITUDE,EW\n353010,Alba,0.05,S,,91.05,W\n",
      "name,lat,Lat_Dir,lon,Lon_Dir,number\nAlba,0.05,South,91.05,west,353010\n",
      "number,name,latitude,x,longitude,y\n353010,Alba,0.05,S,91.05,W\n",
      "number,name,lat,lon,N/S,E/W\n353010,Alba,-0.05,91.05,s,w\n",
      "number,name,lat,lon\n353010,Alba,0.05° S,91.05W\n",
      "number,name,lat,lon\n353010,Alba,S 0.05,W91.05\n",
      "353010;Alba;0,05 S;91,05 W\n",
    ]
    for form in forms { expectAlba(try read(form), "\(form)") }
  }

  @Test func signsThatContradictTheirHemisphereAreRefused() throws {
    let catalogue = try read("name,lat,NS,lon,EW\nA,-8,N,110,E\nB,8,,110,E\nC,8,E,110,E\nD,8,S,110,E\n")
    #expect(catalogue.entries.map(\.volcano.name) == ["D"])
    #expect(catalogue.entries.map(\.volcano.latitudeDegrees) == [-8])
    #expect(catalogue.rejectedLines.map(\.line) == [2, 3, 4])
  }

  @Test(arguments: [
    ("name,latitude,lat min,longitude,lon min", "minutes or seconds"),
    ("name,latitude (deg),latitude (min),longitude (deg),longitude (min)", "minutes or seconds"),
    ("name,latitude (rad),longitude (rad)", "not in decimal degrees"), ("name,latitude [dms],longitude", "decimal"),
    ("name,latitude,longitude (W)", "not in decimal degrees"), ("name,lat,latitude,lon", "2 columns of latitude"),
  ])
  func columnsWithAnotherMeaningAreRefused(header: String, problem: String) throws {
    let fields = header.split(separator: ",").dropFirst().map { _ in "1" }.joined(separator: ",")
    let error = #expect(throws: CatalogueError.self) { try read("\(header)\nAlba,\(fields)\n") }
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func minutesInAFieldAreRefusedByLine() throws {
    let catalogue = try read("name,lat,lon\nA,8 30 S,110\nB,\"8°30'S\",110\nC,8,110\n")
    #expect(catalogue.entries.map(\.volcano.name) == ["C"])
    #expect(catalogue.rejectedLines.allSatisfy { $0.problem.contains("decimal degrees") })
  }

  @Test func theSpreadsheetOfTheGlobalVolcanismProgramIsRead() throws {
    let rows = [
      "<Row><Cell ss:MergeAcross=\"5\"><Data ss:Type=\"String\">Global Volcanism Program, 2024</Data></Cell></Row>",
      "<Row ss:Index=\"3\"><Cell><Data>Volcano Number</Data></Cell><Cell><Data>Volcano Name</Data></Cell>"
        + "<Cell ss:Index=\"4\"><Data>Latitude</Data></Cell><Cell><Data>Longitude</Data></Cell></Row>",
      "<ss:Row><ss:Cell><ss:Data ss:Type=\"Number\">353010</ss:Data></ss:Cell><ss:Cell><ss:Data>Al<B>b</B>a</ss:Data>"
        + "</ss:Cell><ss:Cell ss:Index=\"4\"><ss:Data>-0.05</ss:Data></ss:Cell><ss:Cell><ss:Data>-91.05</ss:Data>"
        + "</ss:Cell></ss:Row>",
      "<Row><Cell/><Cell><Data>Ol&amp;l&#97;</Data></Cell><Cell/><Cell><Data>99</Data></Cell><Cell><Data>1</Data>"
        + "</Cell></Row>",
    ]
    let document =
      "<?xml version=\"1.0\"?>\n<!-- a > b -->\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"
      + "<Worksheet ss:Name=\"About\"><Table><Row><Cell><Data>read me</Data></Cell></Row></Table></Worksheet>"
      + "<Worksheet ss:Name=\"x>y\"><Table>\(rows.joined())</Table></Worksheet></Workbook>"
    let catalogue = try read(Data(document.utf8), name: "GVP.xls")
    expectAlba(catalogue)
    #expect(catalogue.rejectedLines.map(\.line) == [5])
    #expect(catalogue.rejectedLines.first?.problem.contains("“Ol&la”") == true)
    for end in [document.count / 2, document.count - 20] {
      _ = try? read(Data(document.prefix(end).utf8))
    }
  }

  @Test(arguments: ["xlsx", "ods"]) func workbooksAreReadWhateverTheyAreCalled(form: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Expected")
    let data = try Data(contentsOf: root.appending(path: "catalogue.\(form)"))
    for name in ["list.\(form)", "list.csv"] {
      let catalogue = try read(data, name: name)
      expectAlba(catalogue, "\(name)")
      #expect(catalogue.rejectedLines.count == 1)
    }
  }

  @Test func whatIsNoListIsRefusedWithTheRemedy() throws {
    let cases: [(Data, String)] = [
      (Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), "git lfs pull"),
      (Data("<!DOCTYPE html><html>name,lat,lon</html>".utf8), "HTML page"),
      (Data("<a><b/></a>".utf8), "SpreadsheetML"),
      (Data([0xD0, 0xCF, 0x11, 0xE0, 0, 0]), "CSV"), (Data([0x1F, 0x8B, 8, 0]), "unpack"),
      (Data([0x50, 0x4B, 3, 4, 0, 0, 0, 0]), "ZIP"), (Data("%PDF-1.7".utf8), "PDF"),
      (Data("a\0b\0\0c".utf8), "binary"),
    ]
    for (data, words) in cases {
      let error = #expect(throws: CatalogueError.self) { try read(data) }
      #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
    }
  }

  @Test func namesInAnyScriptHaveKeysOfTheirOwn() throws {
    let catalogue = try read("name,lat,lon\n富士山,35,138\n阿蘇山,32,131\nКлючевская,56,160\n🌋,1,2\n")
    #expect(catalogue.entries.map(\.key) == ["富士山", "阿蘇山", "ключевская"])
    #expect(catalogue.entries(named: "富士山").count == 1)
    #expect(catalogue.rejectedLines.map(\.line) == [5])
    // A number gives a name in ASCII.
    let numbered = try read("number,name,lat,lon\n283030,富士山,35,138\n")
    #expect(numbered.entries.map(\.key) == ["volcano_283030"])
    #expect(numbered.entries(named: "富士山").count == 1)
  }
}
