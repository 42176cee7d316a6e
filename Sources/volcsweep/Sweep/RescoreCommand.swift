import ArgumentParser
import Foundation
import Jobs
import Ledger

/// `volcsweep rescore`: sweeps an existing run again with another model.
struct RescoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescore",
    abstract: "Scores a run's interferograms with another model.",
    discussion: """
      Computes only scores that the change affects. If the method is unchanged, the gate's results are reused, and \
      interferograms without a patch that passes the gate, and rejected ones, keep their outcomes. If the run has \
      stored activations (store-activations in the job file) of a layer that both models share, the new model starts \
      from these half-precision values, and the lists mark such scores. Otherwise the pixels are read again.

      The previous scores are kept as an earlier scoring: see volcsweep compare RUN@1 RUN. After an interruption, run \
      the same command again to continue.
      """)

  @Argument(help: ArgumentHelp("Run folder, or the job file of the run.", valueName: "run"))
  var run: String

  @Option(
    help: ArgumentHelp(
      "New model: a file, default, or a name or SHA-256 in the registry (default: the model of the job file).",
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
    "rescore: \(change.differences.filter { $0.hasPrefix("model was") }.first ?? "the model file has changed"); "
      + "\(change.stale) outcomes are outdated, \(change.valid) stay valid"
  }

  private static func job(_ path: String) throws -> Job {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      let job = try Job(contentsOf: URL(fileURLWithPath: path)) {
        Terminal.say("warning: \(path): \($0)", .warning)
      }
      _ = try RunFolder(job.run.path).ledger()
      return job
    }
    let folder = RunFolder(path)
    let ledger = try folder.ledger()
    defer { try? ledger.close() }
    guard let job = try ledger.job(ofRun: folder.url) else {
      throw Installation.MissingResource(
        description:
          "\(folder.url.path) was swept by an older volcsweep, which did not store the job; pass the job file instead of "
          + "the run folder")
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
