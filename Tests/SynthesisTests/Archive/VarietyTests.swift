import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Synthesis

@Suite struct VarietyTests {
  let everything = Variety(
    sources: SourceFamily.allCases, transientFraction: 0.5, atmosphere: .exponential(lengthMetres: 4000),
    faultFraction: 0.5,
    hasSnow: true, looks: 20)

  func recipe(_ variety: Variety, volcanoes: Int = 12, size: Int = 128) throws -> ArchiveRecipe {
    try ArchiveRecipe(
      volcanoes: volcanoes, acquisitions: 5, deforming: volcanoes, seed: 31, size: size, variety: variety)
  }

  @Test(arguments: SyntheticArchive.Form.allCases)
  func variedArchivesHaveEqualBytesWithAnyNumberOfThreads(form: SyntheticArchive.Form) throws {
    let recipe = try recipe(everything, volcanoes: 6, size: 80)
    let one = try withArchive(recipe, form: form, threads: 1, contents)
    let three = try withArchive(recipe, form: form, threads: 3, contents)
    #expect(one.count > 6)
    #expect(one == three)
  }

  @Test func everyFamilyIsDrawnAsStrongAsItsHistorySays() throws {
    let volcanoes = try SyntheticVolcano.all(of: recipe(everything))
    #expect(Set(volcanoes.compactMap { $0.deformation?.family }) == Set(SourceFamily.allCases))
    #expect(Set(volcanoes.compactMap { $0.deformation?.history.kind }).count == 2)
    for volcano in volcanoes {
      let deformation = try #require(volcano.deformation)
      let phase = deformation.source.phase(
        over: Grid(height: 300, width: 300),
        at: GeoTransform(
          west: deformation.epicentre.longitudeDegrees - 0.15, north: deformation.epicentre.latitudeDegrees + 0.15,
          longitudeStep: 0.001, latitudeStep: -0.001), epicentre: deformation.epicentre,
        seenAlong: volcano.lineOfSight)
      let fringes = Double(phase.map { abs($0) }.max() ?? 0) / (2 * .pi)
      switch deformation.history {
      case .steady: #expect((0.29...1.3).contains(fringes * 12), "\(deformation.family)")
      case .transient: #expect((0.59...5.4).contains(fringes), "\(deformation.family)")
      }
      if deformation.family == .earthquake { #expect(deformation.history.kind == "transient") }
    }
  }

  @Test func transientsFallBetweenTheDatesThatSpanThemAlone() throws {
    let history = DeformationHistory.transient(onset: 19_000, days: 10)
    func amount(_ first: Int, _ last: Int) throws -> Double {
      history.amount(
        of: DatePair(
          primary: try #require(AcquisitionDate(daysSince1970: first)),
          secondary: try #require(AcquisitionDate(daysSince1970: last))))
    }
    #expect(try amount(18_980, 19_000) == 0)
    #expect(try amount(18_980, 19_005) == 0.5)
    #expect(try amount(18_992, 19_016) == 1)
    #expect(try amount(19_005, 19_016) == 0.5)
    #expect(try amount(19_010, 19_022) == 0)
  }

  @Test func theTruthNamesTheBoxAndTheMaskThatTheRasterHolds() throws {
    let recipe = try recipe(everything)
    try withArchive(recipe, threads: 2) { folder in
      let lines = try String(contentsOf: folder.appending(path: "truth.csv"), encoding: .utf8)
        .split(separator: "\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        }
      let header = try #require(lines.first)
      let rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
      #expect(rows.count == 12 * 9)
      let deforming = rows.filter { $0["class"] != "none" }
      #expect(deforming.count > 30 && deforming.count < rows.count)
      for row in deforming {
        let reader = try GeoTIFFReader(path: folder.appending(path: row["mask"] ?? "").path)
        var mask = [Float](repeating: 0, count: reader.grid.count)
        try mask.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
        let places = mask.indices.filter { mask[$0] == 1 }.map { ($0 / reader.grid.width, $0 % reader.grid.width) }
        let rowsInMask: [Int] = places.map { $0.0 }
        let columnsInMask: [Int] = places.map { $0.1 }
        let box = ["first_row", "last_row", "first_column", "last_column"].map { Int(row[$0] ?? "") }
        let expected: [Int?] = [rowsInMask.min(), rowsInMask.max(), columnsInMask.min(), columnsInMask.max()]
        #expect(box == expected)
        let peak: Double = Double(row["peak_fringes"] ?? "") ?? 0
        #expect(abs(peak) >= 0.099)
        #expect(row["parameters"]?.contains("depth_m=") == true)
        #expect(row["class"] == row["source"])
      }
      for row in rows where row["class"] == "none" { #expect(row["mask"]?.isEmpty == true) }
      let named: [Substring] = rows.flatMap { ($0["faults"] ?? "").split(separator: ";") }
      #expect(Set(named).count == 4)
    }
  }

  @Test func stacksHoldWhatTheProductsDo() throws {
    let recipe = try recipe(everything, volcanoes: 1)
    let volcano = try #require(SyntheticVolcano.all(of: recipe).first)
    let made = SyntheticSceneTests.interferograms(of: volcano)
    try withArchive(recipe, form: .archive, threads: 1) { folder in
      let name = "archive/\(volcano.volcano.key)_\(volcano.frame).h5"
      let reader = try InterferogramStackReader(path: folder.appending(path: name).path)
      #expect(reader.count == made.count)
      for (index, each) in made.enumerated() {
        let read = try reader.interferogram(at: index)
        #expect(read.id.pair == each.pair)
        let agree = zip(read.phase, each.phase).allSatisfy { (stored: Float, made: Float) -> Bool in
          made == 0 ? stored.isNaN : stored == made
        }
        #expect(agree)
      }
    }
  }

  @Test func faultsShowInEveryPairOfTheirAcquisition() throws {
    let faulty = try SyntheticVolcano.all(
      of: ArchiveRecipe(
        volcanoes: 1, acquisitions: 8, deforming: 0, seed: 5, size: 96, variety: Variety(faultFraction: 0.6)))
    let found = try SyntheticSceneTests.interferograms(of: #require(faulty.first))
    let swaths = found.filter { $0.faults.contains("swath") }
    let whole = found.filter { !$0.faults.contains("swath") }
    #expect(!swaths.isEmpty && !whole.isEmpty)
    func data(_ each: SyntheticInterferogram) -> Int { each.phase.count { $0 != 0 } }
    #expect((swaths.map(data).max() ?? 0) < (whole.map(data).min() ?? 0))
  }
}
