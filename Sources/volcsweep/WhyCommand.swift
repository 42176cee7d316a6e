import ArgumentParser
import Ledger

/// `volcsweep why`: how one interferogram came to where it is.
struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Tells how one interferogram of a sweep came to where it is.",
    discussion: """
      From the run's ledger, which is only read, so a sweep may be under way: the unit it was planned in, every worker \
      that had it and what became of that, every coordinator, and its score or the reason it has none. Times are UTC.

      An interferogram is meant by its name in the result files (volcano_frame_YYYYMMDD_YYYYMMDD), by as much of that \
      as is enough (volcano_YYYYMMDD_YYYYMMDD), or by its number in the plan, as logs have it.
      """)

  @Argument(help: "The run folder.")
  var run: String

  @Argument(help: "The interferogram's name or number.")
  var interferogram: String

  @Flag(help: "Print JSON, with every step of its units.")
  var json = false

  func run() async throws {
    let (folder, name, json) = (RunFolder(run), interferogram, json)
    do {
      try await onOwnThread("why") {
        let ledger = try folder.ledger()
        let number = try ledger.number(ofInterferogram: name)
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
}
