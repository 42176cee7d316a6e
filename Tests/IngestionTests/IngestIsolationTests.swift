import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

/// Files that end or hold the process that opens them cost only themselves.
@Suite(.serialized) struct IngestIsolationTests {
  let fixture: ProductsFixture
  let folder = "106A_09048_000909/GEOC"
  let count = 24

  init() throws {
    fixture = try ProductsFixture()
    for index in 0..<count { try fixture.writePair(index, in: folder) }
  }

  private func name(_ index: Int, _ ending: String) throws -> String {
    "\(try ProductsFixture.pair(index)).geo.\(ending).tif"
  }

  private func runPoisoned(
    _ poison: String, _ options: [String] = ["--file-seconds", "4", "--memory-mebibytes", "512"]
  ) throws -> (status: Int32, output: String) {
    try fixture.startIngest(
      "106A_09048_000909", options: options, environment: ["VOLCSWEEP_POISON_FILE": poison]
    ).end()
  }

  @Test func filesThatCrashHangAndTakeMemoryAreNamedAndTheOthersAreTaken() throws {
    let poison = try [
      "crash=" + name(3, "diff_pha"), "hang=" + name(9, "diff_pha"), "memory=" + name(15, "diff_pha"),
      "crash=" + name(17, "cc"), "hang=" + name(18, "cc"),
    ]
    let (status, output) = try runPoisoned(poison.joined(separator: ","))
    #expect(status == 3, "\(output)")
    #expect(output.contains("19 added, 0 already there, 19 in all"), "\(output)")
    #expect(output.contains(try name(3, "diff_pha") + ": reading it crashes (SIGSEGV)"))
    #expect(output.contains(try name(9, "diff_pha") + ": reading it took longer than 4 s"))
    #expect(output.contains(try name(15, "diff_pha") + ": reading it takes more than the 512 MiB of memory"))
    #expect(output.contains(try name(17, "cc") + ": reading it crashes (SIGSEGV)"))
    #expect(output.contains(try name(18, "cc") + ": reading it took longer than 4 s"))
    #expect(output.contains("5 files rejected"))
    #expect(output.contains("ingest: \(count) of \(count) pairs, 100 %"), "\(output)")
    let bad: Set = [3, 9, 15, 17, 18]
    #expect(try fixture.stack().pairs == (0..<count).filter { !bad.contains($0) }.map(ProductsFixture.pair))

    // The same command takes them once they can be read, and nothing else.
    let (again, more) = try fixture.runIngest("106A_09048_000909")
    #expect(again == 0, "\(more)")
    #expect(more.contains("5 added, 19 already there, 24 in all"), "\(more)")
  }

  @Test func theReportOfAllProcessesTogetherIsThatOfOne() throws {
    // More than what an appender publishes by itself, so that the first process leaves a part behind.
    for index in count..<100 { try fixture.writePair(index, in: folder, coherence: false) }
    let last = try ProductsFixture.pair(98)
    try fixture.write(Data("no tiff".utf8), to: "\(folder)/\(last)/\(last).geo.cc.tif")
    try fixture.writePair(99, in: folder)
    let (status, output) = try runPoisoned("crash=" + name(99, "cc"), ["--json", "--quiet"])
    #expect(status == 3, "\(output)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(IngestReport.self, from: Data(output.utf8))
    #expect(report.stacks.map(\.added) == [98])
    #expect(report.stacks.map(\.alreadyThere) == [0])
    #expect(report.stacks.map(\.total) == [98])
    #expect(report.rejected.count == 2)
    #expect(try fixture.stack().count == 98)
  }

  @Test func aStackThatCrashesIsLeftOutAndOtherVolcanoesAreIngested() throws {
    try fixture.write(Data("Sierra Negra,-0.83,-91.17\nOther One,-0.84,-91.16\n".utf8), to: "two.csv")
    #expect(try fixture.startIngest("106A_09048_000909", options: [], catalogue: "two.csv").end().status == 0)
    try fixture.writePair(count, in: folder)
    let bad = "sierra_negra_106A_09048_000909.h5"
    let (status, output) = try fixture.startIngest(
      "106A_09048_000909", options: [], catalogue: "two.csv", environment: ["VOLCSWEEP_POISON_FILE": "crash=\(bad)"]
    ).end()
    #expect(status == 3, "\(output)")
    #expect(output.contains("\(bad): reading it crashes (SIGSEGV)"))
    #expect(output.contains("other_one_106A_09048_000909.h5: 1 added, 24 already there, 25 in all"), "\(output)")
    #expect(try fixture.stack().count == count)
  }

  @Test func whenEveryFileCrashesEachIsNamedAndTheCommandFails() throws {
    let all = try (0..<count).map { "crash=" + (try name($0, "diff_pha")) }.joined(separator: ",")
    let (status, output) = try runPoisoned(all)
    #expect(status == 1, "\(output)")
    #expect(output.contains("nothing new, 0 already there, \(count) files rejected"), "\(output)")
  }

  @Test func processesThatEndAtTheirFirstFileAgainAndAgainEndInAClearError() throws {
    for index in count..<40 { try fixture.writePair(index, in: folder, coherence: false) }
    let all = try (0..<40).map { "crash=" + (try name($0, "diff_pha")) }.joined(separator: ",")
    let (status, output) = try runPoisoned(all)
    #expect(status == 1, "\(output)")
    #expect(output.contains("32 consecutive processes crashed on the first file that they opened"), "\(output)")
  }

  @Test func aProcessThatEndsBetweenFilesEndsInAClearError() throws {
    let (status, output) = try runPoisoned("crash=archive")
    #expect(status == 1, "\(output)")
    #expect(output.contains("exited while no file was open (reading it crashes (SIGSEGV))"), "\(output)")
  }
}
