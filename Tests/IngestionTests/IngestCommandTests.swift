import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

@Suite struct IngestCommandTests {
  let fixture: ProductsFixture
  let folder = "106A_09048_000909/GEOC"
  let stackName = "sierra_negra_106A_09048_000909.h5"
  init() throws { fixture = try ProductsFixture() }

  @Test func theExitStatusSaysWhetherAllWasTaken() throws {
    for index in 0..<3 { try fixture.writePair(index, in: folder) }
    let first = try fixture.runIngest("106A_09048_000909")
    #expect(first.status == 0)
    #expect(first.output.contains("\(stackName): 3 added, 0 already there, 3 in all"))
    #expect(first.output.contains("ingest: 3 of 3 pairs, 100 %"))
    #expect(first.output.contains("3 interferograms added to 1 stack, 0 already there, 0 files rejected"))
    let second = try fixture.runIngest("106A_09048_000909")
    #expect(second.status == 0)
    #expect(second.output.contains("nothing new, 3 already there"))

    let pair = try ProductsFixture.pair(3)
    try fixture.write(Data(), to: "\(folder)/\(pair)/\(pair).geo.diff_pha.tif")
    let third = try fixture.runIngest("106A_09048_000909")
    #expect(third.status == 3)
    #expect(third.output.contains("\(pair).geo.diff_pha.tif: is empty (0 bytes)"))
    #expect(try fixture.runIngest("none").status == 1)
  }

  @Test func theSummaryComesAsJSONToo() throws {
    try fixture.writePair(0, in: folder)
    let program = try fixture.startIngest("106A_09048_000909", "--json", "--quiet", "--gzip")
    let (status, output) = try program.end()
    #expect(status == 0)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(IngestReport.self, from: Data(output.utf8))
    #expect(report.stacks.map(\.added) == [1])
  }

  /// A small stack that is already there makes all crops small, so that many pairs pass in little time.
  private func beginSmallStack() throws {
    let archive = fixture.url.appendingPathComponent("archive")
    try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
    let header = StackHeader(
      volcano: Volcano(number: nil, name: "Sierra Negra", latitudeDegrees: -0.83, longitudeDegrees: -91.17),
      frame: ProductsFixture.frame, grid: Grid(height: 8, width: 10),
      geoTransform: GeoTransform(west: -91.20, north: -0.81, longitudeStep: 0.001, latitudeStep: -0.001))
    let appender = try StackAppender(archive: archive, header: header)
    let values = [Float](repeating: 1, count: 80)
    try values.withUnsafeBufferPointer {
      try appender.append(ProductsFixture.pair(0), perpendicularBaseline: 0, phase: $0, coherence: $0)
    }
    try appender.publish()
  }

  /// What must hold of a stack at every moment: it opens, its pairs are the first ones by date, and each has the
  /// pixels that belong to it.
  private func checkPrefix(atLeast count: Int) throws -> Int {
    let stack = try fixture.stack()
    #expect(stack.count >= count)
    #expect(try stack.pairs == (0..<stack.count).map(ProductsFixture.pair))
    for index in 1..<max(stack.count, 1) {
      let phase = try stack.interferogram(at: index).phase
      let expected = (0..<80).map { ProductsFixture.phase(index, (10 + $0 / 10) * 80 + 10 + $0 % 10) }
      #expect(phase == expected, "interferogram \(index)")
    }
    return stack.count
  }

  @Test func killedAtAnyMomentTheStackStaysWholeAndTheSameCommandFinishes() throws {
    let pairs = 200
    for index in 1..<pairs { try fixture.writePair(index, in: folder, coherence: false) }
    try beginSmallStack()
    // How long the whole takes here, so that kills fall into all of it.
    let start = Date()
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    var seconds = Date().timeIntervalSince(start)
    #expect(try checkPrefix(atLeast: pairs) == pairs)

    var random = SystemRandomNumberGenerator()
    var kills = 0
    var counts = Set<Int>()
    var attempts = 0
    while kills < 12, attempts < 60 {
      try FileManager.default.removeItem(atPath: fixture.path("archive"))
      try beginSmallStack()
      var count = 1
      for _ in 0..<4 {
        attempts += 1
        let program = try fixture.startIngest("106A_09048_000909")
        Thread.sleep(forTimeInterval: Double.random(in: 0.02...max(seconds, 0.03), using: &random))
        kill(program.process.processIdentifier, SIGKILL)
        if try program.end().status == SIGKILL {
          kills += 1
        } else {
          // It was done already: the machine has less to do by now.
          seconds *= 0.7
        }
        count = try checkPrefix(atLeast: count)
        counts.insert(count)
      }
      #expect(try fixture.runIngest("106A_09048_000909").status == 0)
      #expect(try checkPrefix(atLeast: count) == pairs)
      let left = try FileManager.default.contentsOfDirectory(atPath: fixture.path("archive")).sorted()
      #expect(left == [ArchiveLock.fileName, stackName])
    }
    #expect(kills >= 12)
    print("ingest was killed \(kills) times within \(seconds) s, leaving \(counts.sorted()) interferograms")
  }

  @Test func aSignalPublishesWhatIsCompleteAndTheSameCommandContinues() throws {
    let pairs = 120
    for index in 1..<pairs { try fixture.writePair(index, in: folder, coherence: false) }
    try beginSmallStack()
    let program = try fixture.startIngest("106A_09048_000909")
    Thread.sleep(forTimeInterval: 0.12)
    program.process.terminate()
    let (status, output) = try program.end()
    // A slow start may meet the signal before anybody listens, a fast machine may be done.
    if status == 130 { #expect(output.contains("interrupted, run the same command again to continue")) }
    #expect([0, 130, SIGTERM].contains(status))
    _ = try checkPrefix(atLeast: 1)
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    #expect(try checkPrefix(atLeast: 1) == pairs)
  }

  @Test(arguments: [false, true]) func aStackInAnotherProcessHandsIsRefusedByItsProcess(_ isWriter: Bool) throws {
    try fixture.writePair(0, in: folder)
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    try fixture.writePair(1, in: folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path("archive/\(stackName)")))

    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "python3", "-c",
      "import fcntl,sys; f=open(sys.argv[1],'r+b'); "
        + "fcntl.lockf(f, fcntl.LOCK_\(isWriter ? "EX" : "SH"), 1, int(sys.argv[2])); print('locked', flush=True); "
        + "sys.stdin.read()",
      fixture.path("archive/\(ArchiveLock.fileName)"), String(ArchiveLock.byteOffset(ofStack: stackName)),
    ]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    _ = output.fileHandleForReading.availableData
    let refused = try fixture.runIngest("106A_09048_000909")
    #expect(refused.status == 1)
    let words = isWriter ? "is being written by an ingest" : "is being read by a sweep"
    #expect(
      refused.output.contains("\(stackName): \(words) (process \(holder.processIdentifier)); wait until it ends"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path("archive/\(stackName)"))) == before)
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    #expect(try fixture.stack().count == 2)
  }

  @Test func aFullDiskLeavesTheStackAsItWas() throws {
    for index in 0..<2 { try fixture.writePair(index, in: folder) }
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    for index in 2..<6 { try fixture.writePair(index, in: folder) }
    // No file of this process may grow beyond 8 MB: the copy of 4 MB does, by appending.
    let program = try RunningProgram(
      "/bin/sh",
      [
        "-c", "ulimit -f 16384; trap '' XFSZ; exec \"$@\"", "sh", try #require(programPath), "ingest",
        fixture.path("106A_09048_000909"), "--archive", fixture.path("archive"), "--catalogue",
        fixture.path("volcanoes.csv"),
      ], output: fixture.url.appendingPathComponent("full.txt"))
    let (status, output) = try program.end()
    #expect(status == 1, "\(output)")
    #expect(output.contains(stackName))
    #expect(try fixture.stack().count == 2)
    #expect(try fixture.runIngest("106A_09048_000909").status == 0)
    #expect(try fixture.stack().pairs == (0..<6).map(ProductsFixture.pair))
  }
}
