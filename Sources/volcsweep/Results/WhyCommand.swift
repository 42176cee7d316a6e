import ArgumentParser
import Ingestion
import Ledger
import Narration

/// `volcsweep why`: explains how one interferogram reached its state.
struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Shows the history of one interferogram of a sweep.",
    discussion: """
      Lists the unit of the interferogram, the workers and coordinators that handled it and with which result, and its \
      score or the reason why it has none. Times are UTC. The ledger is only read, so a sweep may be running.

      Name the interferogram as in the result files (volcano_frame_YYYYMMDD_YYYYMMDD), by an unambiguous part of that \
      (volcano_YYYYMMDD_YYYYMMDD), or by its number in the plan, as in the logs.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Argument(help: "Name or number of the interferogram.")
  var interferogram: String

  @Flag(help: "Print JSON with every step of its units.")
  var json = false

  func run() async throws {
    let (folder, name, json) = (RunFolder(run), interferogram, json)
    do {
      try await onOwnThread("why") {
        let ledger = try folder.ledger()
        let number: Int
        do {
          number = try ledger.number(ofInterferogram: name)
        } catch let unknown as UnknownInterferogram {
          guard let reason = try Self.ingestsReason(name, run: folder, ledger) else { throw unknown }
          Terminal.say("volcsweep why: \(unknown.problem): \(reason)", .error)
          throw ExitStatus.failed
        }
        guard let history = try ledger.history(ofInterferogram: number) else { return }
        guard !json else { return print(try HistoryDocument(history).text()) }
        let lines = HistoryNarrative(history).lines
        let logs = RunLog.files(
          namedIn: lines.joined(separator: "\n").replacing("\n", with: " "), run: folder.url.path)
        print((lines + logs.map { "log: \($0)" }).joined(separator: "\n"))
      }
    } catch {
      throw ExitStatus.after(error, in: "why")
    }
  }

  /// Why an ingest excluded an interferogram from the archive; `nil` if it did not.
  private static func ingestsReason(_ name: String, run: RunFolder, _ ledger: Ledger) throws -> String? {
    guard let archive = try ledger.job(ofRun: run.url)?.archive.path else { return nil }
    let rows = RejectionList.rows(for: name, inArchive: archive)
    guard !rows.isEmpty else { return nil }
    return "an ingest rejected it, so it is not in the archive \(archive):\n"
      + rows.prefix(10).map { "  \($0.file): \($0.reason)" }.joined(separator: "\n")
      + "\nReplace the file and ingest it again."
  }
}
