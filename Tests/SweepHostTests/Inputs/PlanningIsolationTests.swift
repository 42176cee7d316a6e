import Foundation
import Interferometry
import RasterIO
import Testing

/// Stacks that end or hold the process that opens them cost only themselves while a sweep is planned.
@Suite(.serialized) struct PlanningIsolationTests {
  private func plan(
    _ bench: SweepBench, _ job: URL, poison: String, seconds: Int = 3, _ options: [String] = []
  ) throws -> (status: Int32, errors: String) {
    let output = bench.folder.appending(path: "errors-\(UUID().uuidString)")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = SweepBench.executable
    process.arguments = ["sweep", job.path, "--file-seconds", String(seconds)] + options
    process.environment = ProcessInfo.processInfo.environment.merging(["VOLCSWEEP_POISON_FILE": poison]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }

  @Test func stacksThatCrashAndHangAreNamedAndTheOthersAreSwept() throws {
    let bench = try SweepBench(stacks: 8, pairs: 3)
    let names = (0..<8).map { bench.header($0).fileName }
    let poison = "crash=\(names[0]),hang=\(names[3]),hang=\(names[4]),crash=\(names[7])"
    let (status, errors) = try plan(bench, bench.job("poisoned"), poison: poison, ["--workers", "1"])
    #expect(status == 3, "\(errors)")
    for name in [names[0], names[7]] {
      #expect(errors.contains("\(name): reading it crashes (SIGSEGV)"), "\(errors)")
    }
    #expect(errors.contains("\(names[3]): reading it took longer than 3 s"), "\(errors)")
    #expect(errors.contains("\(names[4]): reading it took longer than 3 s"), "\(errors)")
    #expect(errors.contains("sweep: 12 interferograms added to the plan"), "\(errors)")
    let lists = try bench.results("poisoned")
    let table = String(decoding: try #require(lists["interferograms.csv"]), as: UTF8.self)
    #expect(table.split(whereSeparator: \.isNewline).count == 1 + 12)
  }

  @Test func whatIsNoRegularFileIsNamedAtOnce() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let pipe = bench.archive.appending(path: "pipe.h5").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let folder = bench.archive.appending(path: "folder.h5")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    // Whoever opened the pipe would wait for longer than any test may.
    let (status, errors) = try plan(bench, bench.job("pipes"), poison: "", seconds: 86_400, ["--plan-only"])
    #expect(status == 0, "\(errors)")
    #expect(errors.contains("\(pipe): is not a regular file"), "\(errors)")
    #expect(errors.contains("\(folder.path): is not a regular file"), "\(errors)")
    #expect(errors.contains("sweep: 1 interferograms added to the plan"), "\(errors)")
  }

  @Test func aStackThatTakesTooMuchMemoryIsNamed() throws {
    let bench = try SweepBench(stacks: 2, pairs: 1)
    let bad = bench.header(0).fileName
    let (status, errors) = try plan(
      bench, bench.job("large"), poison: "memory=\(bad)", seconds: 600, ["--plan-only"])
    #expect(status == 0, "\(errors)")
    #expect(errors.contains("\(bad): reading it takes more than the 2048 MiB"), "\(errors)")
    #expect(errors.contains("sweep: 1 interferograms added to the plan"), "\(errors)")
  }

  @Test func aStackThatCannotBeReadAnyMoreKeepsItsPlaceInThePlan() throws {
    let bench = try SweepBench(stacks: 2, pairs: 3)
    let job = try bench.job("later")
    #expect(try plan(bench, job, poison: "", ["--plan-only"]).status == 0)
    let bad = bench.archive.appending(path: bench.header(1).fileName)
    try Data("no longer a stack".utf8).write(to: bad)
    let (status, errors) = try plan(bench, job, poison: "crash=\(bad.lastPathComponent)", ["--workers", "1"])
    #expect(status == 3, "\(errors)")
    #expect(errors.contains("sweep: skipped, cannot be read: \(bad.path): reading it crashes"), "\(errors)")
    #expect(errors.contains("sweep: 0 interferograms added to the plan, 6 to do"), "\(errors)")
    let table = String(
      decoding: try #require(try bench.results("later")["interferograms.csv"]), as: UTF8.self)
    let rows = table.split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.count == 6)
    #expect(rows.filter { $0.contains(",unreadable,unreadable: ") }.count == 3, "\(table)")
  }

  @Test func aJobAsksForVolcanoesByTheirCatalogueNumber() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    var header = bench.header(1)
    header.volcano = Volcano(number: 353_010, name: "Alba", latitudeDegrees: 0, longitudeDegrees: 1)
    header.volcanoKey = "alba"
    let appender = try StackAppender(archive: bench.archive, header: header)
    try SweepBench.phase(seed: 7).withUnsafeBufferPointer {
      try appender.append(try SweepBench.pair(0), perpendicularBaseline: 10, phase: $0, coherence: nil)
    }
    try appender.publish()
    let found = try plan(bench, bench.job("number", "volcanoes: [353010]\n"), poison: "", ["--plan-only"])
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.errors.contains("sweep: 1 interferograms added to the plan"), "\(found.errors)")
    let unknown = try plan(bench, bench.job("unknown", "volcanoes: [Albo]\n"), poison: "", ["--plan-only"])
    #expect(unknown.status == 78)
    #expect(unknown.errors.contains("did you mean alba?"), "\(unknown.errors)")
  }
}
