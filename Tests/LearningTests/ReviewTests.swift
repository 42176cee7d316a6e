import Foundation
import Interferometry
import Ledger
import NeuralNetwork
import RasterIO
import SweepRecords
import Synthesis
import Testing

@testable import Learning

@Suite struct ReviewTests {
  private static let frame = "106A_09048_000909"
  private static let volcanoes = ["alba", "brume"]

  private func withLedger<Result>(_ body: (Ledger, URL) throws -> Result) throws -> Result {
    try withFolder { folder in
      let ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
      for volcano in Self.volcanoes {
        _ = try ledger.plan(
          PlannedStack(
            file: "\(volcano)_\(Self.frame).h5", volcano: volcano, volcanoName: volcano, frame: Self.frame,
            grid: Grid(height: 300, width: 300),
            geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
          pairs: [pair("20200101_20200113"), pair("20200113_20200125")])
      }
      return try body(ledger, folder)
    }
  }

  private func pair(_ text: String) throws -> DatePair { try #require(DatePair(text)) }

  private func id(_ volcano: String, _ dates: String = "20200101_20200113") throws -> InterferogramID {
    InterferogramID(volcano: volcano, frame: Self.frame, pair: try pair(dates))
  }

  private var deforming: Annotation {
    var one = Annotation()
    one.labels = [.deformation, .earthquake]
    one.activityTypes = [.sill, .earthquake]
    one.intensities = [.high, .none]
    one.phase = .unrest
    one.confidence = 0.7
    one.polygons = [[10, 20, 30.5, 20, 30.5, 44], [1, 2, 3, 4, 5, 6]]
    one.isCrowd = true
    one.atmosphericFringes = 3
    one.processingError = 2
    one.hasLowCoherence = true
    one.caption = "Two patterns, \"one\" of them;\nthe other an earthquake"
    return one
  }

  private var quiet: Annotation {
    var one = Annotation()
    one.labels = [.nonDeformation]
    return one
  }

  @Test func aReviewReadsBackWithAllItsFieldsAndTheLatestCounts() throws {
    try withLedger { ledger, _ in
      let first = Review(interferogram: try id("alba"), reviewer: "Ada", time: 1_000, annotation: deforming)
      let second = Review(interferogram: try id("alba"), reviewer: "Bob", time: 500, annotation: quiet)
      let third = Review(
        interferogram: try id("alba", "20200113_20200125"), reviewer: "Bob", time: 9, annotation: quiet)
      let added = try ledger.add([first, second, third])
      #expect(added.added == 3 && added.known == 0 && added.unknown.isEmpty)
      #expect(try ledger.reviews().map(\.review) == [first, second, third])
      #expect(try ledger.latestReviews() == [first, third])
      let far = try id("far")
      let again = try ledger.add([first, Review(interferogram: far, reviewer: "x", time: 1, annotation: quiet)])
      #expect(again.added == 0 && again.known == 1 && again.unknown == [far])
    }
  }

  @Test func reviewsGoToJSONAndTablesAndBackAsTheyWere() throws {
    try withLedger { ledger, folder in
      let reviews = [
        Review(interferogram: try id("alba"), reviewer: "Ada", time: 1_772_000_123_456, annotation: deforming),
        Review(interferogram: try id("brume"), reviewer: "Bob, too", time: 1_772_000_000_000, annotation: quiet),
      ]
      _ = try ledger.add(reviews)
      let documents = try ReviewExchange.documents(of: ledger)
      let json = folder.appending(path: "json").path
      try ReviewExchange.write(documents, toFolder: json)
      #expect(try ReviewExchange.read(json) == documents)
      let table = folder.appending(path: "reviews.csv")
      try Data(ReviewTable.text(of: documents).utf8).write(to: table)
      #expect(try ReviewExchange.read(table.path) == documents)
      let other = try Ledger(path: folder.appending(path: "other.sqlite").path)
      for volcano in Self.volcanoes {
        _ = try other.plan(
          PlannedStack(
            file: volcano, volcano: volcano, volcanoName: volcano, frame: Self.frame,
            grid: Grid(height: 300, width: 300),
            geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
          pairs: [pair("20200101_20200113")])
      }
      let report = try ReviewExchange.add(ReviewExchange.read(json), to: other, reviewer: "nobody", time: 0)
      #expect(report.added == 2 && report.strangers.isEmpty)
      #expect(try other.reviews().map(\.review) == reviews)
      let again = try ReviewExchange.add(ReviewExchange.read(table.path), to: other, reviewer: "nobody", time: 0)
      #expect(again.added == 0 && again.known == 2)
    }
  }

  @Test func aHephaestusFileOfAWholeFrameHoldsForAllItsVolcanoesOnlyWhereNothingDeforms() throws {
    try withLedger { ledger, _ in
      func document(_ annotation: Annotation, _ dates: String) throws -> ReviewDocument {
        ReviewDocument(
          annotation: HephaestusAnnotation(
            uniqueID: 1, frame: Self.frame, pair: try pair(dates), annotation: annotation),
          volcano: nil, reviewer: nil, time: nil)
      }
      let report = try ReviewExchange.add(
        [
          document(quiet, "20200101_20200113"), document(deforming, "20200113_20200125"),
          document(quiet, "20190101_20200125"),
        ], to: ledger, reviewer: "Ada", time: 77)
      #expect(report.added == 2)
      #expect(report.unclear == ["\(Self.frame)_20200113_20200125"])
      #expect(report.strangers == ["\(Self.frame)_20190101_20200125"])
      #expect(try ledger.latestReviews().map(\.interferogram.volcano) == ["alba", "brume"])
      #expect(try ledger.latestReviews().allSatisfy { $0.reviewer == "Ada" && $0.time == 77 })
    }
  }

  @Test(arguments: [
    "label\nRain\n", "label,primary_date\nDeformation,2020\n", "frameID,label\nx,Deformation\n",
  ])
  func aDamagedTableNamesTheReview(_ text: String) throws {
    try withFolder { folder in
      let path = folder.appending(path: "reviews.csv")
      try Data(text.utf8).write(to: path)
      let error = #expect(throws: DataSetError.self) { try ReviewTable.read(path.path) }
      #expect(error?.problem.contains("review 1") == true)
    }
  }

  @Test func aLedgerOfTheTimeBeforeReviewsHasNone() throws {
    try withLedger { ledger, folder in
      let path = folder.appending(path: "ledger.sqlite").path
      try ledger.close()
      let process = Process()
      process.executableURL = URL(
        filePath: ProcessInfo.processInfo.environment["VOLCSWEEP_PYTHON"] ?? "/usr/bin/python3")
      process.arguments = [
        "-c",
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DROP TABLE review'); "
          + "c.execute(\"DELETE FROM grdb_migrations WHERE identifier = '4'\"); c.commit()", path,
      ]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(try Ledger(reading: path).reviews().isEmpty)
      #expect(try Ledger(path: path).add([]).added == 0)
      #expect(try Ledger(reading: path).reviews().isEmpty)
    }
  }

  private func swept(_ volcanoes: [(String, String)], _ pairs: [[DatePair]], in folder: URL) throws -> Ledger {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "run"), withIntermediateDirectories: true)
    let ledger = try Ledger(path: folder.appending(path: "run/ledger.sqlite").path)
    for ((volcano, frame), pairs) in zip(volcanoes, pairs) {
      _ = try ledger.plan(
        PlannedStack(
          file: "\(volcano)_\(frame).h5", volcano: volcano, volcanoName: volcano, frame: frame,
          grid: Grid(height: 300, width: 300),
          geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)), pairs: pairs)
    }
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let result = DetectionResult(
      patchProbabilities: [0.9], patchRows: 1, patchColumns: 1, maximumProbability: 0.9, row: 150, column: 140,
      latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 1, pixelsAbove08: 1, keptPatches: 1, noDataShare: 0,
      meanCoherence: nil)
    try ledger.write(
      LedgerBatch(
        outcomes: (1...pairs.joined().count).map {
          RecordedOutcome(number: $0, outcome: .scored(result))
        }), epoch: epoch)
    return ledger
  }

  @Test func confirmedAndRejectedCandidatesBecomePatches() throws {
    try withFolder { folder in
      let recipe = try ArchiveRecipe(volcanoes: 2, acquisitions: 3, deforming: 1, seed: 5, size: 300)
      let archive = SyntheticArchive(recipe: recipe, folder: folder.appending(path: "made"), form: .archive)
      try archive.prepare(replacing: true)
      try archive.write(threads: 2)
      let made = SyntheticVolcano.all(of: recipe)
      let names = made.map { ($0.volcano.key, $0.frame.name) }
      let pairs = try names.map {
        try InterferogramStackReader(path: archive.folder.appending(path: "archive/\($0.0)_\($0.1).h5").path).pairs
      }
      let ledger = try swept(names, pairs, in: folder)
      var drawn = deforming
      drawn.polygons = [[100, 100, 180, 100, 180, 190, 100, 190]]
      var confirmed = deforming
      confirmed.polygons = []
      func review(_ volcano: Int, _ pair: Int, _ annotation: Annotation) -> Review {
        Review(
          interferogram: InterferogramID(
            volcano: names[volcano].0, frame: names[volcano].1, pair: pairs[volcano][pair]),
          reviewer: "Ada", time: 1_772_000_000_000, annotation: annotation)
      }
      var useless = quiet
      useless.isCorrupted = true
      _ = try ledger.add([review(0, 0, drawn), review(0, 1, confirmed), review(1, 0, quiet), review(1, 1, useless)])
      var cut = ReviewedPatches()
      (cut.side, cut.stride, cut.gate) = (128, 86, nil)
      let patches = try cut.read(ledger, archive: archive.folder.appending(path: "archive").path)
      func numbers(_ volcano: Int, _ pair: Int) -> [Int] {
        (0..<patches.count).filter { patches.origins[$0].hasSuffix("\(names[volcano].1)_\(pairs[volcano][pair])") }
      }
      #expect(patches.origins[0].hasPrefix("review by Ada 2026-02-25T"))
      let withPolygon = numbers(0, 0)
      #expect(withPolygon.contains { patches.deforms[$0] })
      for patch in withPolygon where patches.deforms[patch] {
        #expect(patches.boxes[patch] != nil && patches.sources[patch] == "sill")
      }
      let withPeak = numbers(0, 1)
      #expect(withPeak.count == 1 && withPeak.allSatisfy { patches.deforms[$0] })
      let rejected = numbers(1, 0)
      #expect(rejected.count == 9 && rejected.allSatisfy { !patches.deforms[$0] })
      #expect(rejected.count { patches.isHardNegative[$0] } >= 1)
      #expect(rejected.count { patches.isHardNegative[$0] } < 9)
      #expect(numbers(1, 1).isEmpty)

      var run = TrainingRun(
        start: .new(.fringe), datasets: [folder.appending(path: "run").path],
        output: folder.appending(path: "reviewed.onnx").path)
      (run.settings.batchSize, run.settings.epochs, run.settings.stepsPerEpoch) = (8, 1, 1)
      (run.validation, run.gate, run.augmentation) = (.none, nil, nil)
      (run.reader.side, run.reader.stride, run.reader.gate) = (128, 86, nil)
      run.reader.archive = archive.folder.appending(path: "archive").path
      #expect(try run.run(tell: { _ in }, shouldStop: { false }) == .finished)
      let said = try ModelFile(contentsOf: URL(filePath: run.output)).properties["volcsweep.reviews"] ?? ""
      #expect(said.components(separatedBy: "review by Ada 2026-02-25T").count == 4, "\(said)")
    }
  }
}
