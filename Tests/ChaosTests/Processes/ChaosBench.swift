import Foundation

/// A folder with a job, the processes that work on it, and what they said.
final class ChaosBench {
  let folder: URL
  let archive: ChaosArchive
  let model: URL
  var run: URL { folder.appending(path: "run") }
  var ledger: LedgerProbe { LedgerProbe(path: run.appending(path: "ledger.sqlite").path) }
  /// Where the coordinator listens.
  var socket: String { run.appending(path: "coordinator.sock").path }

  private let output: URL
  private let errorFile: URL

  init(folder: URL, archive: ChaosArchive, model: URL) throws {
    self.folder = folder
    self.archive = archive
    self.model = model
    output = folder.appending(path: "output.txt")
    errorFile = folder.appending(path: "errors.txt")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Writes the job file.
  ///
  /// - Parameter settings: further lines of it.
  /// - Returns: its path.
  /// - Throws: what the file system says.
  func job(_ settings: String = "") throws -> String {
    let file = folder.appending(path: "job.yaml")
    let text = "archive: \(archive.folder.path)\nrun: run\nmodel: \(model.path)\n\(settings)\n"
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Starts volcsweep with its output added to the bench's files.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Program {
    try Program(ChaosSettings.executable, arguments, output: output, errors: errorFile, environment: environment)
  }

  /// All that was said on standard error.
  var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

  /// All that was said on standard output.
  var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  /// Blocks until so many interferograms have an outcome.
  func waitForOutcomes(_ number: Int, while sweep: Program) throws {
    try until("\(number) interferograms are done") {
      guard sweep.isRunning else {
        throw CaseFailure("the sweep ended early with \(sweep.ending, default: "?"): \(tail(of: errors))")
      }
      return (ledger.counts?.done ?? 0) >= number
    }
  }

  func results() throws -> SweepResults { try SweepResults(folder: run.appending(path: "results")) }

  /// What the worker processes that the sweep itself started said last.
  var workerLogs: String {
    let logs = run.appending(path: "logs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs.path)) ?? []
    return names.sorted().map { name in
      let text = (try? String(contentsOf: logs.appending(path: name), encoding: .utf8)) ?? ""
      return "\(name): \(tail(of: text, lines: 3))"
    }.joined(separator: "\n")
  }

  func tail(of text: String, lines: Int = 30) -> String {
    text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}
