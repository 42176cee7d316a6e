import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// A small stack's header.
func smallHeader(height: Int = 3, width: Int = 4, frame: String = "106A_09048_000909") -> StackHeader {
  StackHeader(
    volcano: Volcano(number: 353_050, name: "Negra, Sierra", latitudeDegrees: -0.83, longitudeDegrees: -91.17),
    frame: frame, grid: Grid(height: height, width: width),
    geoTransform: GeoTransform(west: -91.42, north: -0.58, longitudeStep: 0.001, latitudeStep: -0.001),
    furtherAttributes: ["HEADING": "-12.0"])
}

/// The pair that starts `index` days after 2024-01-01 and spans 12 days.
func pair(_ index: Int) throws -> DatePair {
  let first = try #require(AcquisitionDate(daysSince1970: 19_723 + index))
  return DatePair(primary: first, secondary: try #require(AcquisitionDate(daysSince1970: 19_735 + index)))
}

/// Appends interferograms whose pixels are `index + pixel / 1000`, the first pixel without data.
func append(_ range: Range<Int>, to appender: StackAppender, coherence: Bool = true) throws {
  for index in range {
    var phase = (0..<appender.header.grid.count).map { Float(index % 3) + Float($0) / 1000 }
    phase[0] = .nan
    let values = phase.map { abs($0) / 10 }
    try phase.withUnsafeBufferPointer { phase in
      try values.withUnsafeBufferPointer {
        try appender.append(
          pair(index), perpendicularBaseline: Float(index), phase: phase, coherence: coherence ? $0 : nil)
      }
    }
  }
}

@Suite struct StackTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(arguments: StackCompression.allCases) func whatIsAppendedReadsBack(_ compression: StackCompression) throws {
    let appender = try StackAppender(archive: folder.url, header: smallHeader(), compression: compression)
    try append(0..<3, to: appender)
    try append(3..<4, to: appender, coherence: false)
    try appender.publish()

    let reader = try InterferogramStackReader(path: appender.path)
    #expect(appender.path.hasSuffix("/sierra_negra_106A_09048_000909.h5"))
    #expect(reader.header == smallHeader())
    #expect(reader.header.orbitDirection == .ascending)
    #expect(try reader.pairs == (0..<4).map(pair))
    #expect(reader.perpendicularBaselines == [0, 1, 2, 3])
    #expect(reader.isKept == [true, true, true, true])
    let second = try reader.interferogram(at: 1)
    #expect(second.phase[0].isNaN)
    #expect(Array(second.phase[1...]) == (1..<12).map { Float(1) + Float($0) / 1000 })
    #expect(try second.id.description == "sierra_negra_106A_09048_000909_\(pair(1))")
    #expect(second.coherence?[5] == (Float(1) + Float(5) / 1000) / 10)
    #expect(try reader.interferogram(at: 3).coherence?.allSatisfy(\.isNaN) == true)
  }

  @Test func appendingLaterKeepsWhatIsThereAndOpenReadersSeeTheOldStack() throws {
    let first = try StackAppender(archive: folder.url, header: smallHeader())
    try append(0..<2, to: first)
    try first.publish()
    let before = try InterferogramStackReader(path: first.path)

    let second = try StackAppender(archive: folder.url, header: smallHeader())
    #expect(try second.existingPairs == [pair(0), pair(1)])
    try append(2..<5, to: second)
    try second.publish()

    #expect(try InterferogramStackReader(path: first.path).pairs == (0..<5).map(pair))
    #expect(try before.interferogram(at: 1).phase[3] == 1.003)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  @Test func longAppendsPublishInBatchesThatGrow() throws {
    let appender = try StackAppender(archive: folder.url, header: smallHeader())
    var published: [Int] = []
    for index in 0..<300 {
      try append(index..<index + 1, to: appender)
      if published.last ?? 0 != appender.publishedCount { published.append(appender.publishedCount) }
    }
    #expect(published == [64, 128, 256])
    #expect(appender.pendingCount == 44)
    appender.discard()
    #expect(try InterferogramStackReader(path: appender.path).count == 256)
  }

  @Test func aPartialFileLeftByAKilledProcessIsRemoved() throws {
    let partial = folder.path(".sierra_negra_106A_09048_000909.h5.partial")
    try Data("half".utf8).write(to: URL(fileURLWithPath: partial))
    _ = try StackAppender(archive: folder.url, header: smallHeader())
    #expect(!FileManager.default.fileExists(atPath: partial))
  }

  @Test func theSameAppendsGiveTheSameBytes() throws {
    var contents: [Data] = []
    for name in ["a", "b"] {
      let archive = folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
      let appender = try StackAppender(archive: archive, header: smallHeader())
      try append(0..<70, to: appender)
      try appender.publish()
      contents.append(try Data(contentsOf: URL(fileURLWithPath: appender.path)))
      if name == "a" { Thread.sleep(forTimeInterval: 1.1) }
    }
    #expect(contents[0] == contents[1])
  }

  @Test func anotherGridIsRefusedWithTheWayOut() throws {
    let first = try StackAppender(archive: folder.url, header: smallHeader())
    try append(0..<1, to: first)
    try first.publish()
    let error = #expect(throws: StackError.self) {
      try StackAppender(archive: folder.url, header: smallHeader(width: 5))
    }
    #expect(error?.description.contains("has 3 × 4 pixels") == true)
    #expect(error?.description.contains("move the stack away") == true)
  }

  @Test func damagedFilesAreRefusedByName() throws {
    let appender = try StackAppender(archive: folder.url, header: smallHeader(height: 40, width: 40))
    try append(0..<4, to: appender)
    try appender.publish()
    let whole = try Data(contentsOf: URL(fileURLWithPath: appender.path))
    for (name, content) in [("empty", Data()), ("text", Data("no stack".utf8)), ("cut", whole.prefix(9000))] {
      let path = folder.path("\(name).h5")
      try content.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StackError.self) { try InterferogramStackReader(path: path) }
      #expect(error?.file == path)
    }
    #expect(throws: StackError.self) { try InterferogramStackReader(path: folder.path("none.h5")) }
    #expect(throws: StackError.self) { try InterferogramStackReader(path: folder.url.path) }
  }

  @Test func misshapenStacksSayWhatWasExpected() throws {
    let path = folder.path("sierra_negra_106A.h5")
    let file = try HDF5File.create(path)
    for attribute in smallHeader(height: 500, width: 500).attributes {
      try file.writeAttribute(attribute.name, attribute.value)
    }
    try file.createDataset("wrapPhase", .float32, shape: [3, 500, 499], chunk: [1, 500, 499])
    try file.flush()
    let error = #expect(throws: StackError.self) { try InterferogramStackReader(path: path) }
    #expect(
      error?.description
        == "\(path): dataset /wrapPhase is 3 × 500 × 499, expected n × 500 × 500 as in its attributes LENGTH and "
        + "WIDTH; ingest the volcano again")
  }

  @Test func mapsAreTheSameBytesAndReplaceTheOldFileWhole() throws {
    let grid = Grid(height: 2, width: 3)
    let layers = [
      MapFile.Layer(name: "maximumProbability", values: .float32([0, 0.5, 1, .nan, 0.25, 0])),
      MapFile.Layer(name: "countAboveHalf", values: .int32([1, 2, 3, 4, 5, 6]), attributes: ["UNIT": "1"]),
    ]
    var contents: [Data] = []
    for _ in 0..<2 {
      try MapFile.write(
        folder.path("map.h5"), grid: grid, geoTransform: smallHeader().geoTransform, layers: layers,
        attributes: ["FILE_TYPE": "probability", "UNIT": "1"])
      contents.append(try Data(contentsOf: URL(fileURLWithPath: folder.path("map.h5"))))
      Thread.sleep(forTimeInterval: contents.count == 1 ? 1.1 : 0)
    }
    #expect(contents[0] == contents[1])
    let file = try HDF5File.open(readingFrom: folder.path("map.h5"))
    #expect(try file.readAttribute("FILE_TYPE") == "probability")
    #expect(try file.readAttribute("WIDTH") == "3")
    #expect(try HDF5Dataset(file: file, name: "countAboveHalf").readAll(Int32(0)) == [1, 2, 3, 4, 5, 6])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["map.h5"])
  }
}
