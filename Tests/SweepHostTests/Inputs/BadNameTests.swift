import Foundation
import Interferometry
import RasterIO
import Testing

/// Names in stacks that would leave the results' folder, or that are none: they cost their own stack alone.
@Suite(.serialized) struct BadNameTests {
  private static func mark(_ length: Int) -> String { String(repeating: "k", count: length) }

  @Test func aKeyThatLeadsIntoTheArchiveOverwritesNothing() throws {
    let bench = try SweepBench(stacks: 2, pairs: 2)
    let victim = try Data(contentsOf: URL(filePath: bench.path(0)))
    let key = "../../../archive/" + bench.header(0).fileName.dropLast(3)
    var header = bench.header(5)
    header.volcanoKey = Self.mark(key.utf8.count)
    try bench.makeStack(header, replacing: header.volcanoKey, with: key, file: "evil.h5")
    for (index, text) in ["a/b/c/d/e", "\u{1B}[2J\u{1B}[31m", "a\nb: all is lost"].enumerated() {
      header.volcanoKey = String(repeating: "q", count: text.utf8.count)
      try bench.makeStack(header, replacing: header.volcanoKey, with: text, file: "evil-\(index).h5")
    }
    let (status, _, errors) = try bench.run(["sweep", bench.job("run").path, "--workers", "1"])
    #expect(status == 3, "\(errors)")
    #expect(errors.contains("evil.h5: attribute VOLCANO_KEY is “../../../archive/"), "\(errors)")
    #expect(!errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" }, "\(errors)")
    #expect(try Data(contentsOf: URL(filePath: bench.path(0))) == victim)
    let results = try bench.results("run")
    let table = String(decoding: try #require(results["interferograms.csv"]), as: UTF8.self)
    #expect(table.split(separator: "\n").count == 1 + 4, "\(table)")
    #expect(results.keys.filter { $0.hasPrefix("maps/") }.count == 4)
    let archive = try FileManager.default.contentsOfDirectory(atPath: bench.archive.path)
    #expect(!archive.contains { $0.hasSuffix(".tif") })
  }

  @Test func aFormulaAsAKeyIsTextInEveryTable() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    var header = bench.header(5)
    header.volcanoKey = "=cmd()"
    header.volcano = Volcano(number: nil, name: "Formula", latitudeDegrees: 0, longitudeDegrees: 5)
    let appender = try StackAppender(archive: bench.archive, header: header)
    try SweepBench.phase(seed: 3).withUnsafeBufferPointer {
      try appender.append(try SweepBench.pair(0), perpendicularBaseline: 10, phase: $0, coherence: nil)
    }
    try appender.publish()
    let (status, _, errors) = try bench.run(["sweep", bench.job("run").path, "--workers", "1"])
    #expect(status == 0, "\(errors)")
    for (name, bytes) in try bench.results("run") where name.hasSuffix(".csv") {
      for field in String(decoding: bytes, as: UTF8.self).split(whereSeparator: { ",\n".contains($0) }) {
        #expect(!field.hasPrefix("="), "\(name): \(field)")
      }
    }
  }

  @Test func stacksThatDifferByCaseAloneDoNotShareAMap() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    var header = bench.header(5)
    header.volcanoKey = "TEST_0"
    let appender = try StackAppender(archive: bench.archive, header: header)
    try SweepBench.phase(seed: 3).withUnsafeBufferPointer {
      try appender.append(try SweepBench.pair(0), perpendicularBaseline: 10, phase: $0, coherence: nil)
    }
    try appender.publish()
    let (status, _, errors) = try bench.run(["sweep", bench.job("run").path, "--workers", "1"])
    #expect(status == 3, "\(errors)")
    #expect(errors.contains("by case only"), "\(errors)")
    #expect(try bench.results("run").keys.filter { $0.hasPrefix("maps/") }.count == 2)
  }
}
