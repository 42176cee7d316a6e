import Foundation
import Gzip
import Testing

@testable import Reduction

@Suite struct PublishedScoresTests {
  func read(_ text: String) throws -> PublishedScores {
    let file = FileManager.default.temporaryDirectory.appending(path: "scores-\(UUID().uuidString)")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try PublishedScores(path: file.path)
  }

  @Test func goodLinesAreKeptBadOnesNamedByNumberAndRepeatedKeysCountedOnce() throws {
    let published = try read(
      """
      adwa_20151130_20151224.geo.diff_pha 0.1
      adwa_20151130_20151224.geo.diff_pha 0.2\r
      what is this

      adwa_20151130_20151224.geo.diff_pha 0.2
      wolf_20151130_20151224.geo.diff_pha 0.3
      wolf_20151130_20151225.geo.diff_pha 2
      wolf_20151130_20151224.geo.diff_pha 0.9
      """)
    #expect(published.scores.map(\.maximumProbability) == [0.1, 0.2, 0.2, 0.3, 0.9])
    #expect(published.repeatedKeys == 2)
    #expect(published.rejectedCount == 2)
    #expect(published.rejectedLines.map(\.number) == [3, 7])
    #expect(published.rejectedLines.map(\.reason) == [.notTwoFields, .notAProbability])
  }

  @Test func aFileOfAnotherKindIsAllRejectsOfWhichSomeAreDescribed() throws {
    let published = try read(String(repeating: "nonsense\n", count: 1000))
    #expect(published.scores.isEmpty)
    #expect(published.rejectedCount == 1000)
    #expect(published.rejectedLines.count == PublishedScores.rejectedLimit)
  }

  @Test func spellingsOfOneVolcanoShareItsKey() throws {
    let published = try read(
      "soufriere_st._vincent_20151130_20151224.geo.diff_pha 0.1\n")
    #expect(published.scores.first?.volcano == "soufriere_st_vincent")
  }

  @Test func aTruncatedFileIsATypedError() throws {
    guard let real = Self.realFile else {
      return print("skipped: no published-sweep in VOLCSWEEP_DATA or ../shared/data")
    }
    let whole = try Data(contentsOf: real)
    let file = FileManager.default.temporaryDirectory.appending(path: "scores-\(UUID().uuidString).gz")
    try whole.prefix(whole.count / 3).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: GzipError.self) { try PublishedScores(path: file.path) }
  }

  @Test func thePublishedSweepHasItsKnownNumbersAndOrder() throws {
    guard let real = Self.realFile else {
      return print("skipped: no published-sweep in VOLCSWEEP_DATA or ../shared/data")
    }
    let published = try PublishedScores(path: real.path)
    #expect(published.scores.count == 592_223)
    #expect(published.rejectedCount == 1)
    #expect(published.rejectedLines.map(\.number) == [1])
    #expect(published.repeatedKeys == 41_646)
    let ranking = VolcanoRanking(of: published.scores)
    #expect(ranking.volcanoes.count == 1094)
    #expect(ranking.aboveThreshold == 3651)
    #expect(ranking.volcanoesAboveThreshold == 370)
    let first = ranking.volcanoes.prefix(3)
    #expect(first.map(\.volcano) == ["sierra_negra", "fujisan", "fernandina"])
    #expect(first.map(\.aboveThreshold) == [904, 165, 131])
  }

  /// The published file, where the data folder is there.
  static var realFile: URL? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["VOLCSWEEP_DATA"].map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? root.deletingLastPathComponent().appending(path: "shared/data")
    let file = data.appending(path: "published-sweep/Global_max_prob_Nov2015toNov2020.txt.gz")
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }
}
