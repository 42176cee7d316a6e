import Foundation
import RasterIO
import Testing

@testable import Ingestion

@Suite struct RealFrameTests {
  @Test(.enabled(if: realData != nil)) func theGalapagosFrameGivesItsEightVolcanoes() throws {
    let data = try #require(realData)
    let fixture = try ProductsFixture()
    var options = IngestOptions(
      inputs: [data.appendingPathComponent("licsar").path], archive: fixture.url.appendingPathComponent("archive"),
      catalogue: try VolcanoCatalogue(
        contentsOf: data.appendingPathComponent("catalogue/GVP_Volcano_List_Holocene.csv").path))
    options.volcanoes = []
    var ingest = Ingest(options)
    let report = try ingest.run()
    #expect(report.rejected.isEmpty)
    #expect(
      Set(report.stacks.map(\.volcano)) == [
        "Fernandina", "Wolf", "Darwin", "Alcedo", "Negra, Sierra", "Azul, Cerro", "Ecuador", "Santiago",
      ])
    #expect(report.stacks.allSatisfy { $0.added == 7 && $0.addedWithoutData == 0 })
    #expect(report.skipped.map(\.volcano).sorted() == ["Marchena", "Pinta"])

    func validFraction(_ key: String) throws -> Double {
      let stack = try fixture.stack(key)
      let fractions = try (0..<stack.count).map { index in
        Double(try stack.interferogram(at: index).phase.count { !$0.isNaN }) / 250_000
      }
      return fractions.reduce(0, +) / Double(fractions.count)
    }
    #expect(abs(try validFraction("santiago") - 0.185) < 0.01)
    #expect(abs(try validFraction("fernandina") - 0.316) < 0.01)

    let stack = try fixture.stack()
    #expect(stack.header.volcano.number == 353_050)
    #expect(stack.header.geoTransform.west == -91.4205)
    #expect(stack.header.geoTransform.north == -0.5798333)
    #expect(stack.perpendicularBaselines == [98, 184, -32, 86, -216, -242, -26])
    #expect(stack.header.furtherAttributes["HEADING"] == "-12.019061")
    let phase = try stack.interferogram(at: 0).phase
    #expect(phase.allSatisfy { $0.isNaN || abs($0) <= Float(Double.pi) })
    let coherence = try #require(try stack.interferogram(at: 0).coherence).filter { !$0.isNaN }
    #expect(coherence.allSatisfy { $0 > 0 && $0 <= 1 })
  }
}
