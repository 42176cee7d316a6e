import Foundation
import Scheduling
import Testing

@testable import Jobs

/// `jobs/local-sweep.yaml`, which shows every key.
@Suite final class ShownDefaultsTests {
  /// Keys that it shows with an example.
  private static let examples = ["volcanoes", "frames", "listen", "store-activations"]
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "jobs-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "archive"), withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func job(_ lines: [Substring]) throws -> Job {
    let file = folder.appending(path: "job.yaml")
    try Data((["archive: archive", "run: run"] + lines).joined(separator: "\n").utf8).write(to: file)
    return try Job(contentsOf: file)
  }

  @Test func whatIsCommentedOutShowsItsDefault() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../jobs/local-sweep.yaml")
    let lines = try String(contentsOf: file.standardized, encoding: .utf8).split(separator: "\n")
    let shown = lines.compactMap { line -> Substring? in
      guard let match = line.wholeMatch(of: /# ( *([a-z-]+):.*)/) else { return nil }
      return Self.examples.contains(String(match.2)) ? nil : match.1
    }
    #expect(shown.count >= 23, "\(shown)")
    var job = try self.job(shown)
    let limits = SchedulingLimits()
    #expect(job.scheduling.window == limits.window && job.scheduling.heartbeatSeconds == 1)
    #expect(job.scheduling.silenceSeconds == limits.silenceSeconds)
    #expect(job.scheduling.stallSeconds == limits.stallSeconds)
    #expect(job.scheduling.leaseSeconds == limits.leaseSeconds)
    #expect(job.scheduling.checkFraction == limits.checkFraction)
    #expect(job.scheduling.archiveSeconds == limits.archiveSeconds)
    #expect(job.scheduling.lossesBeforeSplit == limits.lossesBeforeSplit)
    #expect(job.scheduling.lossesBeforeQuarantine == limits.lossesBeforeQuarantine)
    job.scheduling = SchedulingSettings()
    #expect(try job == self.job([]))
  }
}
