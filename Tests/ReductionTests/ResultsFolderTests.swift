import Detection
import Files
import Foundation
import Imaging
import Interferometry
import Ledger
import RasterIO
import SweepRecords
import Testing

@testable import Reduction

/// Results that are written again, by several at once, over what others left.
@Suite final class ResultsFolderTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "results-\(UUID().uuidString.prefix(8))")
  private var results: URL { folder.appending(path: "results") }
  private let ledger: Ledger
  private let epoch: Int
  private static let volcanoes = ["alba", "etna", "fogo"]

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let profile = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    try ledger.bind(to: SweepIdentity(model: "test 1", modelSHA256: "00", profile: profile, patchSize: 224))
    let pairs = try [19_000, 19_012, 19_024].map { day in
      DatePair(
        primary: try #require(AcquisitionDate(daysSince1970: day)),
        secondary: try #require(AcquisitionDate(daysSince1970: day + 12)))
    }
    for (index, volcano) in Self.volcanoes.enumerated() {
      _ = try ledger.plan(
        PlannedStack(
          file: "\(volcano).h5", volcano: volcano, volcanoName: volcano, frame: "001A_00000_000000",
          grid: Grid(height: 224, width: 336),
          geoTransform: GeoTransform(west: Double(index), north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
        pairs: pairs)
    }
    epoch = try ledger.beginEpoch(host: "here", pid: 1)
    for number in [1, 2, 4, 5, 7, 8] { try score(number, 0.5 + Float(number) / 100) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func score(_ number: Int, _ probability: Float) throws {
    let result = DetectionResult(
      patchProbabilities: [probability, .nan], patchRows: 1, patchColumns: 2, maximumProbability: probability,
      row: 5,
      column: 7, latitudeDegrees: 0.9945, longitudeDegrees: 10.0075, pixelsAbove05: 100, pixelsAbove08: 10,
      keptPatches: 1, noDataShare: 0.25, meanCoherence: 0.5)
    try ledger.write(
      LedgerBatch(outcomes: [RecordedOutcome(number: number, outcome: .scored(result))]), epoch: epoch)
  }

  @discardableResult private func reduce() throws -> SweepReduction.Summary {
    try SweepReduction(ledger: ledger, folder: results, threshold: nil).write()
  }

  /// The inodes of all results, and their times.
  private func marks() throws -> [String: MapManifest.Marks] {
    try FileManager.default.subpathsOfDirectory(atPath: results.path).reduce(into: [:]) {
      $0[$1] = MapManifest.Marks(results.appending(path: $1).path)
    }
  }

  @Test func whatDidNotChangeIsNotWrittenAgain() throws {
    try reduce()
    let before = try marks()
    #expect(before.count == 11, "\(before.keys.sorted())")
    try reduce()
    #expect(try marks() == before)
    try score(3, 0.9)
    try reduce()
    let changed = try marks().filter { before[$0.key] != $0.value }.keys.sorted()
    #expect(
      changed == [
        "candidates.csv", "candidates.geojson", "interferograms.csv", "maps/alba.h5", "maps/alba.tif",
        "volcanoes.csv",
      ])
  }

  @Test(arguments: ["edited", "deleted", "touched back"]) func mapsThatAreNotAsTheyWereAreWrittenAgain(
    _ how: String
  ) throws {
    try reduce()
    let map = results.appending(path: "maps/etna.tif")
    let bytes = try Data(contentsOf: map)
    var status = stat()
    stat(map.path, &status)
    switch how {
    case "deleted": unlink(map.path)
    default:
      var changed = bytes
      changed[changed.count / 2] ^= 1
      let handle = try FileHandle(forUpdating: map)
      try handle.write(contentsOf: changed)
      try handle.close()
      if how == "touched back" {
        let times = [
          timeval(tv_sec: status.st_atim.tv_sec, tv_usec: status.st_atim.tv_nsec / 1000),
          timeval(tv_sec: status.st_mtim.tv_sec, tv_usec: status.st_mtim.tv_nsec / 1000),
        ]
        #expect(utimes(map.path, times) == 0)
      }
    }
    #expect(try SweepReduction(ledger: ledger, folder: results, threshold: nil).differences().count == 1)
    try reduce()
    #expect(try Data(contentsOf: map) == bytes)
    #expect(try SweepReduction(ledger: ledger, folder: results, threshold: nil).differences() == [])
  }

  private func differences() throws -> [String] {
    try SweepReduction(ledger: ledger, folder: results, threshold: nil).differences()
  }

  @Test(arguments: ["interferograms.csv", "candidates.csv", "candidates.geojson", "areas.geojson", "volcanoes.csv"])
  func aListThatIsNotAsItWasWrittenIsNamed(_ name: String) throws {
    #expect(try differences() == [])
    try reduce()
    #expect(try differences() == [])
    let list = results.appending(path: name)
    try Data("edited".utf8).write(to: list)
    #expect(try differences() == ["\(list.path) was changed after it was written"])
    unlink(list.path)
    #expect(try differences() == ["\(list.path) is missing or cannot be read"])
    try reduce()
    #expect(try differences() == [])
  }

  @Test func listsAreComparedByTheThresholdThatTheyWereWrittenBy() throws {
    _ = try SweepReduction(ledger: ledger, folder: results, threshold: 0.545).write()
    #expect(try differences() == [])
    try score(3, 0.9)
    let found = try differences().joined(separator: "\n")
    for name in ["interferograms.csv", "candidates.csv", "candidates.geojson", "volcanoes.csv"] {
      #expect(found.contains("/\(name) does not match the ledger"), "\(found)")
    }
  }

  @Test func anOlderManifestIsReadAsItIs() throws {
    try reduce()
    let before = try marks()
    let manifest = ResultsFolder.companion(of: results, "manifest")
    var known = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: manifest)) as? [String: Any])
    known["lists"] = nil
    known["threshold"] = nil
    try JSONSerialization.data(withJSONObject: known).write(to: manifest)
    #expect(MapManifest(file: manifest).maps.count == 3)
    #expect(try differences() == [])
    unlink(results.appending(path: "candidates.csv").path)
    #expect(try differences().count == 1)
    try reduce()
    #expect(try marks().filter { before[$0.key] != $0.value }.keys.sorted() == ["candidates.csv"])
  }

  @Test func mapsThatBelongToNobodyAreNamed() throws {
    try reduce()
    let maps = results.appending(path: "maps")
    for name in ["mine.tif", "notes.txt"] { try Data("mine".utf8).write(to: maps.appending(path: name)) }
    #expect(try differences() == ["\(maps.path)/mine.tif is not a map of this run"])
    unlink(maps.appending(path: "mine.tif").path)
    let file = ResultsFolder.companion(of: results, "manifest")
    var manifest = MapManifest(file: file)
    manifest.maps["gone"] = manifest.maps["etna"]
    try manifest.write(to: file)
    #expect(try differences() == ["\(maps.path)/gone.h5 and .tif belong to a volcano that is not in the plan"])
  }

  @Test func aLostManifestCostsTimeAndChangesNothing() throws {
    try reduce()
    let before = try marks()
    let manifest = ResultsFolder.companion(of: results, "manifest")
    for text in [nil, "", "{}", "{\"form\":1,\"maps\":{},\"program\":\"x\"}"] {
      unlink(manifest.path)
      if let text { try Data(text.utf8).write(to: manifest) }
      try reduce()
      #expect(try marks() == before)
    }
  }

  @Test func mapsOfVolcanoesWithoutAnyGoAndFilesOfOthersStay() throws {
    try reduce()
    let maps = results.appending(path: "maps")
    for name in ["gone.h5", "gone.tif"] {
      try FileManager.default.copyItem(
        at: maps.appending(path: "alba" + name.suffix(name.count - 4)), to: maps.appending(path: name))
    }
    for name in ["mine.tif", "notes.txt", "other.h5", ".alba.h5.partial", ".alba.tif.12-ab.partial"] {
      try Data("mine".utf8).write(to: maps.appending(path: name))
    }
    try reduce()
    let left = try FileManager.default.contentsOfDirectory(atPath: maps.path).sorted()
    #expect(
      left == [
        "alba.h5", "alba.tif", "etna.h5", "etna.tif", "fogo.h5", "fogo.tif", "mine.tif", "notes.txt", "other.h5",
      ])
  }

  @Test func severalReductionsAtOnceAllSucceedWithTheSameBytes() throws {
    try reduce()
    let expected = try Data(contentsOf: results.appending(path: "maps/fogo.h5"))
    try FileManager.default.removeItem(at: results)
    let (ledger, results) = (ledger, results)
    let failures = Counted()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      do {
        _ = try SweepReduction(ledger: ledger, folder: results, threshold: nil).write()
      } catch { failures.add("\(error)") }
    }
    #expect(failures.all == [])
    #expect(try Data(contentsOf: results.appending(path: "maps/fogo.h5")) == expected)
    let names = try FileManager.default.subpathsOfDirectory(atPath: results.path)
    #expect(names.count == 12 && !names.contains { $0.contains("partial") }, "\(names)")
  }

  @Test func aReductionWaitsForAnotherAndNamesIt() throws {
    let lock = try FolderLock(ResultsFolder.companion(of: results, "lock").path)
    let (ledger, results) = (ledger, results)
    let waited = Counted()
    let thread = Thread {
      _ = try? SweepReduction(ledger: ledger, folder: results, threshold: nil).write { waited.add($0) }
      waited.add("done")
    }
    thread.start()
    while waited.all.isEmpty { usleep(5_000) }
    #expect(waited.all == ["process \(getpid()) on \(ProcessInfo.processInfo.hostName)"])
    #expect(!FileManager.default.fileExists(atPath: results.appending(path: "volcanoes.csv").path))
    withExtendedLifetime(lock) {}
  }

  @Test func aLinkInThePlaceOfResultsIsRefused() throws {
    let outside = folder.appending(path: "outside")
    mkdir(outside.path, 0o700)
    symlink(outside.path, results.path)
    #expect(throws: OwnFolder.Refusal.self) { try reduce() }
    unlink(results.path)
    mkdir(results.path, 0o700)
    symlink(outside.path, results.appending(path: "maps").path)
    #expect(throws: OwnFolder.Refusal.self) { try reduce() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
  }
}

/// What several threads note.
private final class Counted: @unchecked Sendable {
  private let lock = NSLock()
  private var notes: [String] = []

  func add(_ note: String) { lock.withLock { notes.append(note) } }
  var all: [String] { lock.withLock { notes } }
}
