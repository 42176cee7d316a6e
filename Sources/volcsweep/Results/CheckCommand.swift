import ArgumentParser
import Foundation
import Reduction

/// `volcsweep check`: verifies a run's files.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a run's ledger, outcomes and results for damage.",
    discussion: """
      Runs SQLite's integrity checks on the ledger, compares the counts, verifies the checksum of every outcome, and \
      compares the lists and maps with the ledger. Changes nothing.

      To repair a run, run its sweep again (computes damaged outcomes) or volcsweep reduce (rewrites the results).

      Exit status: 0 no damage found; 1 the run cannot be checked; 3 damage or differences were found and listed.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Flag(help: "Check only the ledger.")
  var ledgerOnly = false

  func run() async throws {
    let (folder, ledgerOnly) = (RunFolder(run), ledgerOnly)
    do {
      try await onOwnThread("check") {
        let lines = try Self.findings(folder, ledgerOnly: ledgerOnly)
        guard !lines.isEmpty else { return print("\(folder.url.path): no damage found") }
        for line in lines { print(line) }
        throw ExitStatus.doneWithRejects
      }
    } catch {
      throw ExitStatus.after(error, in: "check")
    }
  }

  private static func findings(_ folder: RunFolder, ledgerOnly: Bool) throws -> [String] {
    let opened = try folder.ledger()
    defer { try? opened.close() }
    let ledger = try opened.snapshot()
    let check = try ledger.check()
    if !check.hasChecksums {
      Terminal.say(
        "the ledger was written by an older volcsweep: its outcomes have no checksums until a sweep opens it")
    }
    var lines = (check.structure + check.counts).map { "\(ledger.path): \($0)" }
    do {
      lines += try ledger.misnamedStacks().map(\.reason)
    } catch {
      // If the file is damaged, report what was found.
      guard !check.structure.isEmpty else { throw error }
    }
    lines += check.damaged.map { damaged in
      let scoring = damaged.earlierScoring.map { " (earlier scoring \($0))" } ?? ""
      return "\(damaged.name)\(scoring): \(damaged.reason)"
    }
    guard !ledgerOnly, check.structure.isEmpty, try ledger.identity() != nil else { return lines }
    let results = folder.url.appending(path: "results")
    return try lines + SweepReduction(ledger: ledger, folder: results, threshold: nil).differences()
  }
}
