import Foundation
import Interferometry
import Testing

@testable import Ingestion

/// Headers that name the columns in other words, and those that nobody can be sure of.
@Suite struct CatalogueHeaderTests {
  @Test(arguments: [
    "Volcán;Longitud;Latitud\nVillarrica;-71.93;-39.42\n", "NOMBRE,LATITUD,LONGITUD\nVillarrica,-39.42,-71.93\n",
    "Volca\u{301}n,Longitud,Latitud\nVillarrica,-71.93,-39.42\n", "Vulkan;Länge;Breite\nVillarrica;-71,93;-39,42\n",
    "Name;Laengengrad;Breitengrad\nVillarrica;-71,93;-39,42\n",
    "nama\tgaris bujur\tgaris lintang\nVillarrica\t-71.93\t-39.42\n",
    "nom|longitude|latitude\nVillarrica|-71.93|-39.42\n",
    "Nome;Longitudine;Latitudine\nVillarrica;-71,93;-39,42\n",
    "Vulcão;Longitude;Latitude\nVillarrica;-71,93;-39,42\n",
    "name,X,Y\nVillarrica,-71.93,-39.42\n", "id,Y,X,name\n1,-39.42,-71.93,Villarrica\n",
    "name,Latitude_S,Longitude_W\nVillarrica,39.42,71.93\n", "name,lon_w,lat_s\nVillarrica,71.93 W,39.42\n",
    "name,Longitude E,Latitude N\nVillarrica,-71.93,-39.42\n", "name;lon.e;lat °S\nVillarrica;-71,93;39,42\n",
    "# name,lon,lat\nVillarrica,-71.93,-39.42\n", "name lon lat\nVillarrica -71.93 -39.42\n",
    "# name lon lat\nVillarrica -71.93 -39.42\n", "Volcano Name Longitude Latitude\nVillarrica -71.93 -39.42\n",
  ])
  func columnsAreFoundByTheirNames(text: String) throws {
    let catalogue = VolcanoCatalogue(text: text)
    #expect(catalogue.columnProblem == nil && catalogue.rejectedLines.isEmpty)
    let volcano = try #require(catalogue.entries.first?.volcano)
    #expect(catalogue.entries.count == 1 && volcano.name == "Villarrica")
    #expect(abs(volcano.latitudeDegrees + 39.42) < 1e-9 && abs(volcano.longitudeDegrees + 71.93) < 1e-9)
  }

  @Test(arguments: [
    ("Tên;Kinh độ;Vĩ độ\nVillarrica;-71.93;-39.42\n", 1),
    ("Volcanoes of Chile;;\nNamn;Öst;Nord\nVillarrica;-71.93;-39.42\n", 2),
    ("name,X,latitude\nVillarrica,-71.93,-39.42\n", 1), ("name,lat_w,lon_s\nVillarrica,39.42,71.93\n", 1),
    ("# mine\n\nlabel,Longitud WGS 84,Latitud WGS 84\nVillarrica,-71.93,-39.42\n", 3),
    ("site, east, north\nVillarrica, -71, -39\n", 1), ("label east north\nVillarrica -71.93 -39.42\n", 1),
    ("label,east,north\nVillarrica -71.93 -39.42\n", 1), ("\"name,lon,lat\nVillarrica,-71.93,-39.42\n", 1),
    ("name,lat,lat_s,lon,lon_w\nVillarrica,39,25,71,56\n", 1), ("name,lat_d,lat_s,lon_w\nVillarrica,39,25,71\n", 1),
    ("name,lat,lat_n,lon\nVillarrica,-39,-39,-71\n", 1), ("name,lat_s,NS,lon_w\nVillarrica,39,S,71\n", 1),
    ("name,lat,lon\n# none yet\n", 1),
  ])
  func aHeaderThatIsNotUnderstoodIsRefusedWithItsLine(text: String, line: Int) throws {
    let fixture = try ProductsFixture()
    try fixture.write(Data(text.utf8), to: "list.csv")
    let error = #expect(throws: CatalogueError.self) { try VolcanoCatalogue(contentsOf: fixture.path("list.csv")) }
    #expect(error?.problem.hasPrefix("line \(line)") == true, "\(String(describing: error))")
    #expect(VolcanoCatalogue(text: text).entries.isEmpty)
  }

  @Test func theRefusalSaysHowToCallTheColumns() {
    let problem = VolcanoCatalogue(text: "Tên;Kinh độ;Vĩ độ\nVillarrica;-71.93;-39.42\n").columnProblem
    #expect(problem?.contains("“Kinh độ”") == true)
    #expect(problem?.contains("name the columns name, latitude and longitude") == true)
  }

  @Test func titlesAndCommasInNamesAreNoHeaders() {
    let names = ["Villarrica", "Etna"]
    for text in [
      "Volcanoes of Chile,,\nVillarrica,-39.42,-71.93\nEtna,37.7,15\n",
      "My volcanoes\nVillarrica -39.42 -71.93\nEtna 37.7 15\n",
      "Villarrica;-39,42;-71,93\nEtna;37,7;15\n", "Villarrica,39.42 S,W 71.93\nEtna,37.7,15\n",
    ] {
      let catalogue = VolcanoCatalogue(text: text)
      #expect(catalogue.entries.map(\.volcano.name) == names, "\(text)")
      #expect(catalogue.columnProblem == nil, "\(text)")
    }
    let commas = VolcanoCatalogue(text: "Negra, Sierra, Isla Isabela -0.83 -91.17\nEtna 37.7 15\n")
    #expect(commas.entries.map(\.line) == [1, 2])
  }

  @Test func signsThatContradictTheColumnsNameAreRefused() {
    let catalogue = VolcanoCatalogue(
      text: "name,Latitude_S,Longitude_W\nA,-39.42,71.93\nB,39.42,-71.93\nC,39.42,71.93\nD,39 N,71\n")
    #expect(catalogue.entries.map(\.volcano.name) == ["C"])
    #expect(catalogue.rejectedLines.map(\.line) == [2, 3, 5])
    #expect(catalogue.rejectedLines.first?.problem.contains("its column's name says S") == true)
  }

  @Test func theFirstOfSeveralSheetsThatGivesVolcanoesNeedsNoHeader() throws {
    func sheet(_ rows: [[String]]) -> String {
      let rows = rows.map { row in "<Row>\(row.map { "<Cell><Data>\($0)</Data></Cell>" }.joined())</Row>" }
      return "<Worksheet><Table>\(rows.joined())</Table></Worksheet>"
    }
    func read(_ sheets: String...) throws -> VolcanoCatalogue {
      let start = "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"
      return VolcanoCatalogue(
        sheets: try #require(try SpreadsheetML.sheets(of: start + sheets.joined() + "</Workbook>")))
    }
    let about = sheet([["made", "by", "hand"], ["please", "do", "copy"]])
    let catalogue = try read(about, sheet([["Etna", "37.7", "15"]]))
    #expect(catalogue.entries.map(\.key) == ["etna"] && catalogue.columnProblem == nil)
    let unknown = try read(about, sheet([["label", "east", "north"], ["Etna", "15", "37.7"]]))
    #expect(unknown.entries.isEmpty && unknown.columnProblem?.hasPrefix("line 1: “label”") == true)
  }
}
