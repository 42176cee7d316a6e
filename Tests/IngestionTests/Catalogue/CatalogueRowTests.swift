import Testing

@testable import Ingestion

/// Lines of a list that hold more or less than a volcano.
@Suite struct CatalogueRowTests {
  private func workbook(_ content: String) -> String {
    "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet>\(content)</Worksheet></Workbook>"
  }

  private func cell(_ text: String, _ attributes: String = "") -> String {
    "<Cell \(attributes)><Data>\(text)</Data></Cell>"
  }

  @Test(arguments: ["name,latitude,longitude", "name,latitude,longitude,", "latitude,longitude,name"])
  func aLineWithMoreFieldsThanTheHeaderIsRejected(header: String) {
    let isNameFirst = header.hasPrefix("name")
    let rows =
      isNameFirst
      ? ["Stromboli,38,79,15,21", "Etna,37.7,15,,"] : ["38,79,15,21,Stromboli", "37.7,15,Etna,,"]
    let catalogue = VolcanoCatalogue(text: "\(header)\n\(rows.joined(separator: "\n"))\nWolf,0.02\n")
    #expect(catalogue.entries.map(\.volcano.name) == ["Etna"])
    #expect(catalogue.rejectedLines.map(\.line) == [2, 4])
    #expect(catalogue.rejectedLines.first?.problem.contains("has 5 fields, but the header has 3") == true)
    #expect(catalogue.rejectedLines.first?.problem.contains("decimal commas may be the reason") == true)
  }

  @Test func aLineWithTooManyFieldsHidesNoColumnOfHemispheres() {
    let catalogue = VolcanoCatalogue(
      text: "name,latitude,x,longitude,y\nStromboli,38,79,N,15,21,E\nVillarrica,39.42,S,71.93,W\n")
    #expect(catalogue.entries.map(\.volcano.latitudeDegrees) == [-39.42])
    #expect(catalogue.rejectedLines.map(\.line) == [2])
  }

  @Test func withoutAHeaderOnlyTheKnownFormsAreRead() {
    let rows = [
      "Sierra Negra,0.83,91.17,S,W", "Fernandina,Ecuador,-0.37,-91.55", "Stromboli,38,79,15,21", "5,38,79,15",
      "3 Sisters,USA,44.1,-121.77", "1,Etna,37.7,15,3350", "Etna,37.7,15,,", "1503-06=,Alba,-0.05,-91.05",
      ",Wolf,0.02,-91.35", "357120,Villarrica,-39.42,-71.93",
    ]
    let catalogue = VolcanoCatalogue(text: rows.joined(separator: "\n"))
    #expect(catalogue.entries.map(\.volcano.name) == ["Etna", "Alba", "Wolf", "Villarrica"])
    #expect(catalogue.entries.map(\.volcano.number) == [nil, nil, nil, 357_120])
    #expect(catalogue.rejectedLines.map(\.line) == [1, 2, 3, 4, 5, 6])
    #expect(catalogue.rejectedLines.allSatisfy { $0.problem.contains("no header names them") })
    let words = VolcanoCatalogue(text: "Etna 37.7 15.0 33\nAlba -0.05 -91.05\nUnnamed 3 1.5 2\n")
    #expect(words.entries.map(\.volcano.name) == ["Alba", "Unnamed 3"])
    #expect(words.rejectedLines.map(\.line) == [1])
  }

  @Test(arguments: ["number,name,lat,lon\n", "#\n"])
  func aQuoteThatDoesNotEndCostsItsOwnLineOnly(header: String) {
    let rows = (0..<1000).map { "\($0 + 100),Volcano \($0),1,2\n" }.joined()
    let catalogue = VolcanoCatalogue(text: header + "1,Etna,37.7,15\n12,\"Fuego,14.47,-90.88\n" + rows)
    #expect(catalogue.entries.count == 1001 && catalogue.entries.last?.line == 1003)
    #expect(catalogue.rejectedLines.map(\.line) == [3])
    #expect(catalogue.rejectedLines.first?.problem.contains("“Fuego,14.47,-90.88” begins with a quote") == true)
    // Also where a line below has quotes.
    let quoted = VolcanoCatalogue(
      text: header + "1,Etna,37.7,15\n12,\"Fuego,14.47,-90.88\r\n2,Wolf,0.02,-91.35\n"
        + "13,\"Negra, Sierra\",-0.83,-91.17\n")
    #expect(quoted.entries.map(\.key) == ["etna", "wolf", "sierra_negra"])
    #expect(quoted.rejectedLines.map(\.line) == [3])
  }

  @Test func linesThatQuotesJoinAreSaidToBe() {
    let catalogue = VolcanoCatalogue(
      text: "name,lat,lon\n\"Fuego,14.47,-90.88\nWolf\",0.02,-91.35\nEtna,37.7,15\n")
    #expect(catalogue.entries.map(\.key) == ["etna"])
    #expect(catalogue.rejectedLines.map(\.line) == [2])
    #expect(catalogue.rejectedLines.first?.problem.contains("joins it with the line below") == true)
  }

  @Test func numbersOfASpreadsheetsMarkupThatNoSheetHasDoNoHarm() throws {
    for huge in ["9223372036854775807", "99999999999999999999", "5000", "-9223372036854775808", "-1", "x"] {
      let rows = [
        "<Row>\(cell("List", "ss:MergeAcross=\"\(huge)\" ss:MergeDown=\"\(huge)\""))\(cell("2024"))</Row>",
        "<Row>\(cell("name"))\(cell("lat"))\(cell("lon"))</Row>",
        "<Row>\(cell("Etna"))\(cell("37.7"))\(cell("15"))</Row>",
        "<Row ss:Index=\"\(huge)\">\(cell("Wolf"))\(cell("0.02"))\(cell("-91.35"))</Row>",
        "<Row ss:Index=\"\(huge)\">\(cell("Alba"))\(cell("-0.05"))\(cell("-91.05"))</Row>",
      ]
      let counts = "ss:ExpandedRowCount=\"\(huge)\" ss:ExpandedColumnCount=\"\(huge)\""
      let document = workbook("<Table \(counts)>\(rows.joined())</Table>")
      let sheets = try #require(try SpreadsheetML.sheets(of: document))
      #expect(VolcanoCatalogue(sheets: sheets).entries.map(\.key) == ["etna", "wolf", "alba"], "\(huge)")
    }
    // A cell far to the right is not the next one's neighbour.
    for far in ["9223372036854775807", "99999999999999999999", "1025"] {
      let row = cell("Etna") + cell("37.7", "ss:Index=\"\(far)\"") + cell("38")
      let sheets = try SpreadsheetML.sheets(of: workbook("<Row>\(row)</Row>"))
      #expect(sheets?.first?.first?.fields == ["Etna"], "\(far)")
    }
  }

  @Test func aSpreadsheetOfWideEmptyRowsIsRefused() {
    let row = "<Row><Cell ss:Index=\"1024\"><Data>x</Data></Cell></Row>"
    let rows = String(repeating: row, count: 4097)
    #expect(throws: CatalogueForm.Problem.self) { try SpreadsheetML.sheets(of: workbook(rows)) }
  }
}
