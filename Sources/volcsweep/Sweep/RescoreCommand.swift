import ArgumentParser
import Foundation
import Jobs
import Ledger

/// `volcsweep rescore`: sweeps an existing run again with another model.
struct RescoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescore",
    abstract: "Scores a run's interferograms again with another model, as far as that makes a difference.",
    discussion: """
      Plans only what the change made stale. Where the method stays, interferograms that the gate keeps out altogether \
      and those that cannot be judged keep their outcomes, and the gate is not asked again. Where the new model shares \
      layers with one whose sweep stored the activations behind them (store-activations in its job), it starts from \
      these, which are half precision; such scores are marked in the lists. Otherwise the pixels are read again.

      The scores that there were stay in the ledger as an earlier scoring: volcsweep compare RUN@1 RUN. Interrupt it as \
      you like; the same command continues.
      """)

  @Argument(help: ArgumentHelp("The run folder, or a job file that names it.", valueName: "run"))
  var run: String

  @Option(
    help: ArgumentHelp(
      "The new model: a file, default, or a name or SHA-256 of the run root's registry. The job file's by itself.",
      valueName: "model"))
  var model: String?

  @OptionGroup var options: SweepOptions

  func run() async throws {
    let (path, word, options) = (run, model, options)
    try await options.run("rescore") { signals in
      var job = try Self.job(path)
      let file = try ModelChoice(root: job.run.deletingLastPathComponent()).file(word, or: job.model)
      job.model = .file(file)
      try options.sweep(job, model: file.path, signals) { change in
        if change.isModelAlone { Terminal.say(Self.words(change)) }
        return try change.isModelAlone ? true : options.asks(about: change, in: job.run)
      }
    }
  }

  private static func words(_ change: ScoringChange) -> String {
    "rescore: \(change.differences.filter { $0.hasPrefix("model was") }.first ?? "the model's bytes are others"); "
      + "\(change.stale) outcomes are stale, \(change.valid) stay valid"
  }

  private static func job(_ path: String) throws -> Job {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      let job = try Job(contentsOf: URL(fileURLWithPath: path))
      _ = try RunFolder(job.run.path).ledger()
      return job
    }
    let folder = RunFolder(path)
    let ledger = try folder.ledger()
    defer { try? ledger.close() }
    guard let job = try ledger.job(ofRun: folder.url) else {
      throw Installation.MissingResource(
        description:
          "\(folder.url.path) does not say by which job it was swept, as one of an older volcsweep; name the "
          + "job file instead of the run folder")
    }
    return job
  }
}

extension ScoringChange {
  /// Whether only the model changed, and what follows from it.
  fileprivate var isModelAlone: Bool {
    differences.allSatisfy { text in
      ["model was ", "model_sha256 was ", "patch_alignment was "].contains { text.hasPrefix($0) }
    }
  }
}
