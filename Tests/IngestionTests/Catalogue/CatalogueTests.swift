import Foundation
import Interferometry
import Testing

@testable import Ingestion

/// The folder of real data, where it is; says so where it is not.
let realData: URL? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let folder =
    ProcessInfo.processInfo.environment["VOLCSWEEP_DATA"].map { URL(fileURLWithPath: $0) }
    ?? root.deletingLastPathComponent().appendingPathComponent("shared/data")
  if FileManager.default.fileExists(atPath: folder.path) { return folder }
  print("skipped: no real data, \(folder.path) is not there (set VOLCSWEEP_DATA)")
  return nil
}()

@Suite struct CatalogueTests {
  @Test func theDownloadedFormHasATitleLineAndLatin1() throws {
    let fixture = try ProductsFixture()
    var bytes = Data("Global Volcanism Program, Volcanoes,,Downloaded on 17 Sep 2024,,\n".utf8)
    bytes += Data("Volcano Number,Volcano Name,Country,Latitude,Longitude,Elevation (m)\n".utf8)
    bytes += Data(
      "353050,\"Negra, Sierra\",Ecuador,-0.83,-91.17,1124\n355,Pular,\"Chile, Argentina\",-24.1,-68,1\n".utf8)
    bytes += Data("371020,Sn\u{00}fell,Iceland,64.8,-23.78,1\n".utf8.map { $0 == 0 ? 0xE6 : $0 })
    try fixture.write(bytes, to: "gvp.csv")
    let catalogue = try VolcanoCatalogue(contentsOf: fixture.path("gvp.csv"))
    #expect(catalogue.entries.map(\.key) == ["sierra_negra", "pular", "snaefell"])
    #expect(catalogue.entries.map(\.volcano.number) == [353_050, 355, 371_020])
    #expect(catalogue.entries[0].volcano.latitudeDegrees == -0.83)
    #expect(catalogue.entries[2].volcano.name == "Snæfell")
    #expect(catalogue.entries[0].line == 3)
    #expect(catalogue.rejectedLines.isEmpty)
  }

  @Test func portalListsAndPlainFormsAreTheSameVolcanoes() {
    for text in [
      "sierra_negra -0.83 -91.17\nfernandina -0.37 -91.55\n",
      "# portal\nSierra Negra   -0.83\t-91.17\r\nFernandina -0.37 -91.55",
      "name,lat,lon\nSierra Negra,-0.83,-91.17\nFernandina,-0.37,268.45\n",
      "Sierra Negra,-0.83,-91.17\nFernandina,-0.37,-91.55\n",
      "longitude;latitude;name\n-91.17;-0.83;\"Negra, Sierra\"\n-91.55;-0.37;Fernandina\n",
      "1\tSierra Negra\t-0.83\t-91.17\n2\tFernandina\t-0.37\t-91.55\n",
    ] {
      let catalogue = VolcanoCatalogue(text: text)
      #expect(catalogue.entries.map(\.key) == ["sierra_negra", "fernandina"], "\(text)")
      #expect(catalogue.entries.map(\.volcano.latitudeDegrees) == [-0.83, -0.37], "\(text)")
      #expect(abs((catalogue.entries.last?.volcano.longitudeDegrees ?? 0) + 91.55) < 1e-9, "\(text)")
    }
  }

  @Test func aVolcanoIsFoundInAnySpelling() {
    let catalogue = ProductsFixture.catalogue
    for name in [
      "sierra_negra", "Negra, Sierra", "Sierra Negra", "SIERRA-NEGRA".lowercased().replacing("-", with: "_"),
    ] {
      #expect(catalogue.entries(named: name).map(\.key) == ["sierra_negra"])
    }
    #expect(catalogue.entries(named: "Sierra").isEmpty)
  }

  @Test func badRowsAreNamedByLineAndTheOthersKept() {
    let catalogue = VolcanoCatalogue(text: "name,lat,lon\nA,1,2\nB,95,2\nC,1,x\n,1,2\n\nD,-1,200\nA,1,2\n")
    #expect(catalogue.entries.map(\.volcano.name) == ["A", "D"])
    #expect(catalogue.rejectedLines.map(\.line) == [3, 4, 5, 8])
    #expect(catalogue.rejectedLines[0].description == "line 3: “B” has latitude “95”, expected −90 to 90 degrees")
    #expect(catalogue.rejectedLines[3].problem.contains("line 2 again"))
  }

  @Test func sharedNamesCarryTheirNumberOrPlaceInAnyOrder() {
    let rows = ["353060,\"Azul, Cerro\",-0.92,-91.408", "357060,Cerro Azul,-35.653,-70.761", "1,Wolf,0.02,-91.35"]
    for order in [rows, rows.reversed()] {
      let catalogue = VolcanoCatalogue(text: "number,name,lat,lon\n" + order.joined(separator: "\n"))
      #expect(Set(catalogue.entries.map(\.key)) == ["cerro_azul_353060", "cerro_azul_357060", "wolf"])
      #expect(catalogue.entries(named: "cerro_azul").count == 2)
      #expect(catalogue.entries(named: "353060").map(\.key) == ["cerro_azul_353060"])
    }
    let unnumbered = VolcanoCatalogue(text: "Cerro Azul,-0.92,-91.408\ncerro_azul,-35.653,-70.761\n")
    #expect(unnumbered.entries.map(\.key) == ["cerro_azul_s0092w09141", "cerro_azul_s3565w07076"])
  }

  @Test func aFileThatIsNoCatalogueIsRefusedByName() throws {
    let fixture = try ProductsFixture()
    try fixture.write(Data("nothing here\n".utf8), to: "list.txt")
    for name in ["list.txt", "none.txt"] {
      let error = #expect(throws: CatalogueError.self) { try VolcanoCatalogue(contentsOf: fixture.path(name)) }
      #expect(error?.file == fixture.path(name))
    }
  }

  @Test(.enabled(if: realData != nil)) func theRealListGivesEveryVolcanoOneKey() throws {
    let folder = try #require(realData)
    let catalogue = try VolcanoCatalogue(
      contentsOf: folder.appendingPathComponent("catalogue/GVP_Volcano_List_Holocene.csv").path)
    #expect(catalogue.entries.count == 1283)
    #expect(catalogue.rejectedLines.isEmpty)
    #expect(Set(catalogue.entries.map(\.key)).count == 1283)
    for name in ["sierra_negra", "Negra, Sierra", "Sierra Negra", "353050"] {
      #expect(catalogue.entries(named: name).map(\.volcano.number) == [353_050])
    }
    #expect(
      catalogue.entries(named: "Cerro Azul").map(\.key).sorted() == ["cerro_azul_353060", "cerro_azul_357060"])
    #expect(catalogue.entries(named: "unnamed").count == 12)
  }
}
