import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

/// What arrives late, and what is published again.
@Suite struct RepublishedTests {
  let fixture: ProductsFixture
  let folder = "106A_09048_000909/interferograms"
  init() throws { fixture = try ProductsFixture() }

  private func ingest(replacing: Bool = false) throws -> IngestReport {
    try fixture.ingest("106A_09048_000909") { $0.replacesChanged = replacing }
  }

  private func coherenceFile(_ index: Int) throws -> String {
    let pair = try ProductsFixture.pair(index)
    return fixture.path("\(folder)/\(pair)/\(pair).geo.cc.tif")
  }

  private func hasCoherence(_ index: Int) throws -> Bool {
    let coherence = try fixture.stack().interferogram(at: index).coherence
    return coherence?.contains { !$0.isNaN } ?? false
  }

  @Test func coherenceThatArrivesLateIsAdded() throws {
    try fixture.writePair(0, in: folder, coherence: false)
    try fixture.writePair(1, in: folder)
    #expect(try ingest().added == 2)
    #expect(try !hasCoherence(0) && hasCoherence(1))
    let before = try fixture.stack().interferogram(at: 1)
    try fixture.writePair(0, in: folder)
    let report = try ingest()
    #expect(report.stacks.map(\.completed) == [1] && report.added == 0 && report.changed == 0)
    #expect(try hasCoherence(0))
    // NaN is no data, and equal to no other.
    let after = try fixture.stack().interferogram(at: 1)
    #expect(after.coherence?.map(\.bitPattern) == before.coherence?.map(\.bitPattern))
    // From then on it is there.
    let last = try ingest()
    #expect(last.completed == 0 && last.alreadyThere == 2 && last.rejected.isEmpty)
  }

  @Test func aLinkThatLeadsNowhereIsNoAbsentFile() throws {
    try fixture.writePair(0, in: folder)
    try fixture.writePair(1, in: folder)
    let file = try coherenceFile(0)
    let store = fixture.path("store.tif")
    try FileManager.default.moveItem(atPath: file, toPath: fixture.path("away.tif"))
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: store)
    let pair = try ProductsFixture.pair(2)
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path("\(folder)/\(pair)"), withDestinationPath: fixture.path("no folder"))
    let report = try ingest()
    #expect(report.added == 1)
    #expect(Set(report.rejected.map(\.file)) == [file, fixture.path("\(folder)/\(pair)")])
    #expect(report.rejected.allSatisfy { $0.reason.contains("is a link to") })
    try FileManager.default.moveItem(atPath: fixture.path("away.tif"), toPath: store)
    #expect(try ingest().added == 1)
    #expect(try hasCoherence(1) && hasCoherence(0))
  }

  @Test func aPairThatWasPublishedAgainIsNamedAndReplacedOnRequest() throws {
    for index in 0..<3 { try fixture.writePair(index, in: folder) }
    _ = try ingest()
    let old = try (0..<3).map { try fixture.stack().interferogram(at: $0) }
    try fixture.writePair(1, in: folder) { -ProductsFixture.phase(1, $0) }
    let pair = try ProductsFixture.pair(1).description
    for _ in 0..<2 {
      let report = try ingest()
      #expect(report.stacks.map(\.changed) == [[pair]] && report.stacks.map(\.replaced) == [0])
      #expect(report.alreadyThere == 3)
    }
    #expect(try fixture.stack().interferogram(at: 1).phase.withoutNaN == old[1].phase.withoutNaN)
    let report = try ingest(replacing: true)
    #expect(report.stacks.map(\.replaced) == [1] && report.changed == 0 && report.alreadyThere == 2)
    let stack = try fixture.stack()
    #expect(try stack.interferogram(at: 1).phase.withoutNaN == old[1].phase.withoutNaN.map { -$0 })
    for index in [0, 2] {
      #expect(try stack.interferogram(at: index).phase.withoutNaN == old[index].phase.withoutNaN)
    }
    #expect(try ingest().changed == 0)
  }

  @Test func anotherCoherenceIsAChange() throws {
    try fixture.writePair(0, in: folder)
    _ = try ingest()
    let bytes = [UInt8](repeating: 0, count: ProductsFixture.grid.count).indices.map { UInt8($0 % 200 + 2) }
    let pair = try ProductsFixture.pair(0)
    try fixture.write(.byte(bytes), to: "\(folder)/\(pair)/\(pair).geo.cc.tif")
    #expect(try ingest().stacks.map(\.changed) == [[pair.description]])
    #expect(try ingest(replacing: true).replaced == 1)
    #expect(try ingest().changed == 0)
  }

  @Test func filesThatWereOnlyTouchedAreNoChange() throws {
    try fixture.writePair(0, in: folder)
    _ = try ingest()
    let pair = try ProductsFixture.pair(0)
    let file = fixture.path("\(folder)/\(pair)/\(pair).geo.diff_pha.tif")
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: file)
    let report = try ingest()
    #expect(report.changed == 0 && report.alreadyThere == 1)
    #expect(try fixture.stack().sources[0].phase == SourceStamp(path: file).map(SourceRecord.File.stamp))
  }

  @Test func stacksFromBeforeSourcesWereKeptAreComparedOnce() throws {
    for index in 0..<2 { try fixture.writePair(index, in: folder) }
    _ = try ingest()
    let path = fixture.path("archive/sierra_negra_\(ProductsFixture.frame).h5")
    try HDF5File.open(writingTo: path).removeDataset("source")
    #expect(try fixture.stack().sources == [.unknown, .unknown])
    try fixture.writePair(1, in: folder) { -ProductsFixture.phase(1, $0) }
    let report = try ingest()
    #expect(report.stacks.map(\.changed) == [[try ProductsFixture.pair(1).description]])
    let sources = try fixture.stack().sources
    #expect(sources[0].pixelHash != nil && sources[0] != .unknown && sources[1] == .unknown)
  }

  @Test func aStackWithDamagedPixelsIsNamedAndOtherVolcanoesAreIngested() throws {
    let catalogue = VolcanoCatalogue(text: "Sierra Negra,-0.83,-91.17\nOther,-0.82,-91.16\n")
    func ingest() throws -> IngestReport {
      try fixture.ingest("106A_09048_000909", catalogue: catalogue, set: { $0.compression = .gzip })
    }
    try fixture.writePair(0, in: folder)
    _ = try ingest()
    let path = fixture.path("archive/sierra_negra_\(ProductsFixture.frame).h5")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // What zlib packed begins with these two bytes.
    for place in bytes.indices.dropLast(200)
    where bytes[place] == 0x78 && [0x01, 0x5E, 0x9C, 0xDA].contains(bytes[place + 1]) {
      for offset in 40..<200 { bytes[place + offset] = 0xFF }
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    // Other files of the pair make the ingest read what the stacks have.
    try fixture.writePair(0, in: folder) { -ProductsFixture.phase(0, $0) }
    try fixture.writePair(1, in: folder)
    let report = try ingest()
    #expect(report.rejected.map(\.file) == [path], "\(report.rejected)")
    #expect(report.stacks.map(\.volcano) == ["Other"] && report.added == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test func baselinesThatArriveLateAreAdded() throws {
    try fixture.writePair(0, in: folder)
    _ = try ingest()
    #expect(try fixture.stack().perpendicularBaselines[0].isNaN)
    let pair = try ProductsFixture.pair(0)
    let rows = ["20201210 \(pair.primary) 1", "20201210 \(pair.secondary) 50"].joined(separator: "\n")
    try fixture.write(Data(rows.utf8), to: "106A_09048_000909/metadata/baselines")
    #expect(try ingest().stacks.map(\.baselinesAdded) == [1])
    #expect(try fixture.stack().perpendicularBaselines == [49])
    #expect(try ingest().stacks.map(\.baselinesAdded) == [0])
  }
}

extension [Float] {
  fileprivate var withoutNaN: [Float] { filter { !$0.isNaN } }
}
