import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Synthesis

@Suite struct SyntheticArchiveTests {
  let recipe: ArchiveRecipe

  init() throws {
    recipe = try ArchiveRecipe(volcanoes: 5, acquisitions: 4, deforming: 2, seed: 42, size: 96)
  }

  @Test func equalRecipesMakeEqualBytesWithAnyNumberOfThreads() throws {
    let one = try withArchive(recipe, threads: 1, contents)
    let four = try withArchive(recipe, threads: 4, contents)
    // Two rasters an interferogram, three files a frame, two tables, and a mask for each that deforms.
    #expect(one.count == 5 * (6 * 2 + 3) + 2 + 2 * 6)
    #expect(one == four)
    let other = try ArchiveRecipe(volcanoes: 5, acquisitions: 4, deforming: 2, seed: 43, size: 96)
    #expect(try withArchive(other, threads: 4, contents)["truth.csv"] != one["truth.csv"])
  }

  @Test func rastersReadBackAsTheyWereMadeAtTheirPlace() throws {
    let volcano = try #require(SyntheticVolcano.all(of: recipe).first)
    let made = SyntheticSceneTests.interferograms(of: volcano)
    try withArchive(recipe, threads: 2) { folder in
      for each in made {
        let pair = each.pair.description
        let base = folder.path + "/licsar/\(volcano.frame)/interferograms/\(pair)/\(pair).geo."
        let phase = try GeoTIFFReader(path: base + "diff_pha.tif")
        #expect(phase.grid == volcano.grid)
        #expect(phase.geoTransform == volcano.geoTransform)
        #expect(phase.pixelType == .float32)
        #expect(try values(of: phase) == each.phase)
        let coherence = try GeoTIFFReader(path: base + "cc.tif")
        #expect(coherence.pixelType == .byte)
        #expect(try values(of: coherence) == each.coherence.map { Float($0) })
      }
    }
  }

  private func values(of reader: GeoTIFFReader) throws -> [Float] {
    var values = [Float](repeating: -1, count: reader.grid.count)
    try values.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
    return values
  }

  @Test func theTruthHasALineForEachInterferogramAndTheCatalogueForEachVolcano() throws {
    try withArchive(recipe, threads: 2) { folder in
      let truth = try String(contentsOf: folder.appending(path: "truth.csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      #expect(truth.count == 1 + 5 * 6)
      #expect(truth.allSatisfy { $0.count == truth[0].count })
      #expect(truth.dropFirst().count { $0[3] == "1" && $0[4] == "mogi" } == 2 * 6)
      #expect(truth.dropFirst().count { $0[3] == "0" && $0[4].isEmpty } == 3 * 6)
      for row in truth.dropFirst() {
        let file = "licsar/\(row[1])/interferograms/\(row[2])/\(row[2]).geo.diff_pha.tif"
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path))
      }
      let catalogue = try String(contentsOf: folder.appending(path: "catalogue.csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",") }
      #expect(catalogue[0] == ["number", "name", "latitude", "longitude"])
      #expect(
        Set(catalogue.dropFirst().map { VolcanoName.key(String($0[1])) })
          == Set(truth.dropFirst().map { String($0[0]) }))
    }
  }

  @Test func baselinesAreRelativeToTheMasterDate() throws {
    let volcano = try #require(SyntheticVolcano.all(of: recipe).first)
    let rows = volcano.baselinesText.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.count == 4)
    let master = try #require(volcano.metadataText.split(separator: "\n").first).dropFirst("master=".count)
    for row in rows {
      #expect(row[0] == master)
      let span = try #require(DatePair("\(row[0])_\(row[1])")).spanDays
      #expect(Int(row[3]) == span)
      #expect(row[1] != master || row[2] == "0")
    }
  }

  @Test func aFolderThatHoldsSomethingIsRefusedUnlessTheArchiveInItMayBeReplaced() throws {
    try withArchive(recipe, threads: 2) { folder in
      let archive = SyntheticArchive(recipe: recipe, folder: folder)
      let note = folder.appending(path: "note.txt")
      try Data("mine".utf8).write(to: note)
      #expect(throws: ArchiveFolderError(path: folder.path, problem: .notEmpty)) {
        try archive.prepare(replacing: false)
      }
      try archive.prepare(replacing: true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["licsar", "note.txt"])
      let inFile = SyntheticArchive(recipe: recipe, folder: note)
      #expect(throws: ArchiveFolderError(path: note.path, problem: .isFile)) {
        try inFile.prepare(replacing: true)
      }
    }
  }

  @Test func aFailureToWriteStopsTheRestAndIsReported() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "synthesis-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let archive = SyntheticArchive(recipe: recipe, folder: folder)
    try archive.prepare(replacing: false)
    // A file stands where the second volcano's folder must go.
    let blocked = SyntheticVolcano.all(of: recipe)[1].frame.name
    try Data().write(to: folder.appending(path: "licsar/\(blocked)"))
    do {
      try archive.write(threads: 2)
      Issue.record("wrote into a file")
    } catch let error as ArchiveFolderError {
      #expect(error.path.contains(blocked))
      guard case .refused = error.problem else { throw error }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "truth.csv").path))
  }

  @Test(
    arguments: [
      (0, 10, 0, 560, "number of volcanoes"), (3, 1, 0, 560, "number of acquisitions"),
      (3, 10, 4, 560, "number of deforming volcanoes"), (3, 10, -1, 560, "number of deforming volcanoes"),
      (3, 10, 1, 63, "raster size in pixels"), (3, 10, 1, 5000, "raster size in pixels"),
    ])
  func impossibleRecipesAreNamed(volcanoes: Int, acquisitions: Int, deforming: Int, size: Int, name: String) {
    do {
      _ = try ArchiveRecipe(
        volcanoes: volcanoes, acquisitions: acquisitions, deforming: deforming, seed: 1, size: size)
      Issue.record("accepted")
    } catch {
      #expect(error.name == name)
      #expect(error.description.contains("must be between"))
    }
  }
}
