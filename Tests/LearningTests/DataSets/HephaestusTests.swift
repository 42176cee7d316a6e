import Foundation
import Interferometry
import Testing

@testable import Learning

@Suite struct HephaestusTests {
  private func annotation(_ json: String) throws -> HephaestusAnnotation {
    try HephaestusAnnotation.read(Data(json.utf8), file: "7.json")
  }

  static let head =
    #""uniqueID": 7, "frameID": "087D_07004_060904", "primary_date": "20180529", "secondary_date": "20180616", "#

  @Test func listsReadInEveryFormThatFilesHaveThem() throws {
    let plain = try annotation(
      "{" + Self.head + #""label": ["Deformation"], "activity_type": ["Sill", "Dyke"],"#
        + #""intensity_level": ["Low", "High"], "phase": "Unrest", "confidence": 0.7, "is_crowd": 1,"#
        + #""segmentation_mask": [[1, 2, 3.5, 4, 5, 6], [7, 8, 9, 10, 11, 12]], "caption": "two","#
        + #""processing_error": 3, "glacier_fringes": 2, "corrupted": 1}"#)
    #expect(plain.annotation.activityTypes == [.sill, .dyke])
    #expect(plain.annotation.intensities == [.low, .high])
    #expect(plain.annotation.polygons.count == 2 && plain.annotation.polygons[0][2] == 3.5)
    #expect(plain.annotation.processingError == 3 && plain.annotation.glacierFringes == 2)
    #expect(plain.annotation.isCorrupted && plain.annotation.isCrowd && plain.annotation.isParallel)
    let flat = try annotation(
      "{" + Self.head + #""label": "Deformation", "activity_type": "Mogi", "intensity_level": "None","#
        + #""segmentation_mask": [1, 2, 3, 4, 5, 6]}"#)
    #expect(flat.annotation.labels == [.deformation] && flat.annotation.activityTypes == [.mogi])
    #expect(flat.annotation.intensities == [IntensityLevel.none])
    #expect(flat.annotation.polygons == [[1, 2, 3, 4, 5, 6]])
    let quiet = try annotation("{" + Self.head + #""label": ["Non_Deformation"], "segmentation_mask": []}"#)
    #expect(quiet.annotation.polygons.isEmpty && !quiet.annotation.deforms)
  }

  @Test func annotationsWriteWhatTheyRead() throws {
    let one = try annotation(
      "{" + Self.head + #""label": ["Deformation", "Earthquake"], "activity_type": ["Dyke", "Earthquake"],"#
        + #""intensity_level": ["High", "None"], "phase": "Rebound", "confidence": 0.5, "is_crowd": 1,"#
        + #""segmentation_mask": [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 7]], "atmospheric_fringes": 3}"#)
    let again = try HephaestusAnnotation.read(JSONEncoder().encode(one), file: "again")
    #expect(again == one)
  }

  @Test func whatIsNoAnnotationNamesItsFieldAndFile() throws {
    let wrongDate = #expect(throws: DataSetError.self) {
      try annotation(
        #"{"uniqueID": 1, "frameID": "a", "primary_date": "2018-05-29", "secondary_date": "20180616"}"#)
    }
    #expect(wrongDate?.file == "7.json")
    #expect(wrongDate?.problem.contains("2018-05-29") == true)
    let missing = #expect(throws: DataSetError.self) { try annotation(#"{"uniqueID": 1}"#) }
    #expect(missing?.problem.contains("frameID is missing") == true)
    let unknown = #expect(throws: DataSetError.self) {
      try annotation("{" + Self.head + #""label": ["Rain"]}"#)
    }
    #expect(unknown?.problem.contains("label") == true)
  }

  @Test func pairsOrderByBothDatesOrByTheSecondaryAndElseNotAtAll() throws {
    func order(_ one: String, _ other: String) throws -> PairOrder {
      PairOrder(of: try #require(DatePair(one)), to: try #require(DatePair(other)))
    }
    #expect(try order("20200101_20200113", "20200107_20200119") == .before)
    #expect(try order("20200107_20200119", "20200101_20200113") == .after)
    #expect(try order("20200101_20200113", "20200101_20200125") == .before)
    #expect(try order("20200101_20200125", "20200101_20200113") == .after)
    #expect(try order("20200101_20200125", "20200107_20200119") == .unordered)
    #expect(try order("20200107_20200125", "20200101_20200125") == .unordered)
    #expect(try order("20200101_20200125", "20200101_20200125") == .same)
    // In time lies what was acquired, whichever way the dates of a pair run.
    for (one, other, wanted) in [
      ("20200101_20200113", "20200107_20200119", PairOrder.before),
      ("20200101_20200125", "20200101_20200113", .after), ("20200101_20200125", "20200107_20200119", .unordered),
      ("20200101_20200125", "20200101_20200125", .same),
    ] {
      for (first, second) in [(turned(one), other), (one, turned(other)), (turned(one), turned(other))] {
        #expect(try order(first, second) == wanted, "\(first) \(second)")
      }
    }
  }

  private func turned(_ pair: String) -> String { pair.split(separator: "_").reversed().joined(separator: "_") }

  /// What has no order in time still has its sign: it is the pair's own dates that tell it.
  @Test func pairThatRunsBackwardsHasTheSignTurnedAndItsTimeUnchanged() throws {
    let sill = DeformationEpisode(
      motion: .persistent(metresPerYear: 0.5), start: try #require(AcquisitionDate("20200101")),
      stop: try #require(AcquisitionDate("20210101")), source: "sill", polygon: [])
    let pairs = try ["20200101_20200725", "20200207_20200619"].map { try #require(DatePair($0)) }
    #expect(PairOrder(of: pairs[0], to: pairs[1]) == .unordered)
    for pair in pairs {
      let turned = DatePair(primary: pair.secondary, secondary: pair.primary)
      #expect(!pair.isBackward && turned.isBackward && turned.inTime == pair.inTime)
      #expect(PairOrder(of: pair, to: turned) == .same)
      let (forward, backward) = (PairLabel(of: pair, in: [sill]), PairLabel(of: turned, in: [sill]))
      #expect(forward.metres > 0.1 && backward.metres == -forward.metres && backward.deforms)
    }
  }

  @Test func summaryCountsTheOrderOfTheFramesInterferograms() throws {
    let pairs = [
      "20200101_20200113", "20200101_20200125", "20200119_20200107", "20200107_20200119", "20200131_20200212",
    ]
    let annotations = try pairs.enumerated().map { number, pair in
      HephaestusAnnotation(
        uniqueID: number, frame: "a", pair: try #require(DatePair(pair)), annotation: Annotation())
    }
    let table = HephaestusSummary.table(of: annotations, split: nil)
    func count(_ family: String, _ value: String) -> Int {
      table.count(.init(family: family, value: value, unit: .interferogram), "a")
    }
    #expect(count("order in time", "first") == 1 && count("order in time", "before") == 2)
    #expect(count("order in time", "unordered") == 1 && count("order in time", "same") == 1)
    #expect(count("dates run backwards", "1") == 1 && count("dates run backwards", "0") == 4)
  }

  private struct Filled: Decodable {
    var polygon: [Double]
    var rows: [String]
  }

  @Test func polygonsFillAsOpenCVFillsThem() throws {
    let expected: [Filled] = try Expected.read("polygons.json")
    for (number, one) in expected.enumerated() {
      let grid = Grid(height: one.rows.count, width: one.rows[0].count)
      var mask = [UInt8](repeating: 0, count: grid.count)
      PolygonMask.fill(one.polygon, with: 1, into: &mask, grid: grid)
      let filled = one.rows.flatMap { $0.utf8.map { $0 - 48 } }
      let differing = zip(mask, filled).count { $0 != $1 }
      // Lines of equal length may turn at another pixel than OpenCV's.
      #expect(differing <= filled.count { $0 == 1 } / 50, "polygon \(number): \(differing) pixels")
    }
  }

  @Test func framesThatShareAVolcanoAreOnePlace() {
    let places = HephaestusPlaces(volcanoes: [
      "c": "Etna, Vulcano", "a": "stromboli", "b": "Stromboli, etna", "d": "Taal",
    ])
    #expect(places.place(ofFrame: "c") == "a")
    #expect(places.place(ofFrame: "b") == "a")
    #expect(places.place(ofFrame: "d") == "d")
    #expect(places.place(ofFrame: "unknown") == "unknown")
  }

  private struct Counts: Decodable {
    var counts: [String: [String: Int]]
    var train, measuring, inBoth: Int
  }

  @Test func everyCountOfTheRealAnnotationsIsThatOfAnIndependentScript() throws {
    guard let folder = RealData.path("hephaestus") else { return }
    let expected: Counts = try Expected.read("hephaestus.json")
    let annotations = try HephaestusAnnotation.readAll("\(folder)/annotations.tar.gz")
    let split = try HephaestusSplit(contentsOf: "\(folder)/train_test_split.json")
    #expect(annotations.count == 19_919)
    #expect(split.interferograms[.train]?.count == expected.train)
    let (validation, test) = (split.interferograms[.validation] ?? [], split.interferograms[.test] ?? [])
    #expect(validation.union(test).count == expected.measuring)
    #expect(validation.intersection(test).count == expected.inBoth)
    let table = HephaestusSummary.table(of: annotations, split: split)
    var counted: [String: [String: Int]] = [:]
    for row in table.rows {
      for column in table.columns where table.count(row, column) > 0 {
        counted["\(row.family)|\(row.value)|\(row.unit.rawValue)", default: [:]][column] = table.count(row, column)
      }
    }
    #expect(counted.count == expected.counts.count)
    for (row, columns) in expected.counts where counted[row] != columns { Issue.record("\(row)") }
  }
}
