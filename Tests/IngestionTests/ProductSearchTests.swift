import Foundation
import Testing

@testable import Ingestion

@Suite struct ProductSearchTests {
  let fixture: ProductsFixture
  init() throws { fixture = try ProductsFixture() }

  private func touch(_ names: String...) throws {
    for name in names { try fixture.write(Data("x".utf8), to: name) }
  }

  @Test func theLocalLayoutIsFoundAtAnyHeight() throws {
    try touch(
      "106A_09048_000909/GEOC/20240106_20240118/20240106_20240118.geo.diff_pha.tif",
      "106A_09048_000909/GEOC/20240106_20240130/20240106_20240130.geo.diff_pha.tif",
      "106A_09048_000909/GEOC/20240106_20240130/20240106_20240130.geo.cc.tif",
      "106A_09048_000909/GEOC/baselines", "106A_09048_000909/GEOC/metadata.txt")
    for input in ["", "106A_09048_000909", "106A_09048_000909/GEOC"] {
      let folders = ProductSearch.search(fixture.path(input)).folders
      try #require(folders.count == 1)
      #expect(folders[0].frame == "106A_09048_000909")
      #expect(folders[0].portalVolcano == nil)
      #expect(folders[0].pairs.map(\.pair.description) == ["20240106_20240118", "20240106_20240130"])
      #expect(folders[0].pairs.map { $0.coherence != nil } == [false, true])
      #expect(folders[0].baselines?.hasSuffix("GEOC/baselines") == true)
      #expect(folders[0].metadata?.hasSuffix("GEOC/metadata.txt") == true)
    }
  }

  @Test func theServerLayoutHasItsMetadataBeside() throws {
    try touch(
      "root/106A_09048_000909/interferograms/20240106_20240118/20240106_20240118.geo.diff_pha.tif",
      "root/106A_09048_000909/metadata/baselines", "root/106A_09048_000909/metadata/metadata.txt",
      "root/128D_09016_110500/interferograms/20240106_20240118/20240106_20240118.geo.diff_pha.tif")
    let folders = ProductSearch.search(fixture.path("root")).folders
    #expect(folders.map(\.frame) == ["106A_09048_000909", "128D_09016_110500"])
    #expect(folders.map { $0.baselines?.hasSuffix("106A_09048_000909/metadata/baselines") } == [true, nil])
  }

  @Test func portalCropsAreNamedByVolcanoAndFrame() throws {
    let folder = "sierra_negra_106A_09048_000909/tif"
    try touch(
      "\(folder)/sierra_negra_20240106_20240118.geo.diff_pha.tif",
      "\(folder)/sierra_negra_20240106_20240118.geo.cc.tif",
      "\(folder)/sierra_negra_20240106_20240130.geo.cc.tif", "\(folder)/notes.tif")
    let folders = ProductSearch.search(fixture.url.path).folders
    try #require(folders.count == 1)
    #expect(folders[0].frame == "106A_09048_000909")
    #expect(folders[0].portalVolcano == "sierra_negra")
    #expect(folders[0].pairs.map(\.pair.description) == ["20240106_20240118", "20240106_20240130"])
  }

  @Test func aFrameIsReadFromTheMetadataWhereNoFolderIsNamedByIt() throws {
    try touch(
      "work/GEOC/20240106_20240118/20240106_20240118.geo.diff_pha.tif",
      "work/metadata/106A_09048_000909.geo.landmask.tif")
    #expect(ProductSearch.search(fixture.url.path).folders.map(\.frame) == ["106A_09048_000909"])
  }

  @Test func aFolderWithoutProductsIsNamed() throws {
    try touch("docs/readme.txt")
    let result = ProductSearch.search(fixture.url.path)
    #expect(result.folders.isEmpty)
    #expect(result.problems.map(\.path) == [fixture.url.path])
    #expect(ProductSearch.search(fixture.path("none")).problems.count == 1)
  }
}
