import ArgumentParser
import Foundation
import Learning
import NeuralNetwork

/// `volcsweep train`: trains a model on labelled patches.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model on labelled patches.",
    discussion: """
      Starts from a model file (--start), whose last layers can be replaced, or from an untrained network (--network). \
      A fraction of the places is held out for validation after each epoch. The network of the best epoch is kept, and \
      training stops early if the validation AUC does not improve.

      The model's metadata record the training data. OUTPUT.training/ contains loss and ROC curves (SVG and CSV). \
      OUTPUT.checkpoint is updated during training: after an interruption, run the same command again to continue. The \
      result is byte-identical to that of an uninterrupted training, for any number of threads.
      """)

  @Argument(
    help: ArgumentHelp(
      "Data sets; see volcsweep dataset summary --help.",
      valueName: "dataset")
  )
  var datasets: [String] = []

  @Option(
    help: ArgumentHelp(
      "Also train on the reviews of this run; requires --archive. May be repeated.",
      valueName: "run"))
  var fromReviews: [String] = []

  @Option(help: ArgumentHelp("ONNX file to write.", valueName: "model.onnx"))
  var output: String

  @OptionGroup(title: "Network") var origin: Origin
  @OptionGroup(title: "Training") var learning: LearningOptions
  @OptionGroup(title: "Data sets") var reading: DatasetCommand.Reading

  @Option(help: "Fraction of the places held out for validation; 0 for none.")
  var validation = 0.2

  @Option(help: ArgumentHelp("Hold out the places of one fold of this table instead.", valueName: "csv"))
  var folds: String?

  @Option(help: "Number of that fold.")
  var fold = 0

  @Flag(
    help: "Do not validate on that fold either: its places stay unseen, and the network of the last epoch is kept.")
  var unseen = false

  @Flag(help: "Train without augmentation.")
  var plain = false

  @Option(
    help: ArgumentHelp(
      "Omit this augmentation: shifts, flips, turns, scales, offset, sign or air (atmospheric delay). May be repeated.",
      valueName: "kind"))
  var without: [Augmentation.Family] = []

  @Flag(help: "Delete an existing checkpoint and start again.")
  var restart = false

  func validate() throws {
    guard !(datasets + fromReviews).isEmpty else { throw ValidationError("pass at least one data set") }
    guard !unseen || folds != nil else { throw ValidationError("--unseen requires --folds") }
    if let problem = learning.settings(seed: reading.seed).problem { throw ValidationError(problem) }
    guard (0..<1).contains(validation) else {
      throw ValidationError("--validation is \(validation), but must be at least 0 and below 1")
    }
  }

  func run() async throws {
    BLASAdvice.take(command: "train")
    let command = self
    let interruption = Interruption.listen()
    do {
      let ending = try await onOwnThread("train") { try command.train(interruption) }
      guard ending != .interrupted else { throw ExitStatus.interrupted }
    } catch {
      throw ExitStatus.after(error, in: "train")
    }
  }

  private func train(_ interruption: Interruption) throws -> Trainer.Ending {
    var run = TrainingRun(start: try origin.startingPoint(), datasets: datasets + fromReviews, output: output)
    try origin.apply(to: &run)
    try learning.apply(to: &run, seed: reading.seed)
    run.reader = try reading.reader()
    if reading.ungated { run.gate = nil }
    run.augmentation = plain ? nil : without.reduce(Augmentation()) { $0.without($1) }
    run.validation =
      folds.map { unseen ? .unseen(fold, table: $0) : .fold(fold, table: $0) }
      ?? (validation > 0 ? .fraction(validation) : .none)
    if restart { try? FileManager.default.removeItem(atPath: output + ".checkpoint") }
    let bar = ProgressBar(command: "train")
    defer { bar.close() }
    let ending = try run.run(
      tell: { event in
        switch event {
        case .remark(let words): bar.say(words)
        case .epoch(let epoch): bar.say(Self.words(epoch))
        case .progress(let progress): bar.show(Self.state(progress))
        }
      }, shouldStop: { interruption.isRequested })
    bar.close()
    switch ending {
    case .interrupted: Terminal.say("volcsweep train: stopped; run the same command again to continue")
    case .finished, .stoppedEarly: print("\(output): trained; curves in \(output).training")
    }
    return ending
  }

  private static func state(_ progress: Trainer.Progress) -> ProgressBar.State {
    var note = "epoch \(progress.epoch), loss \(String(format: "%.4f", progress.trainingLoss))"
    if let area = progress.lastEpoch?.validationArea { note += String(format: ", validation AUC %.4f", area) }
    return ProgressBar.State(done: progress.stepsDone, total: progress.steps, unit: "steps", note: note)
  }

  private static func words(_ epoch: TrainingHistory.Epoch) -> String {
    var words = String(format: "epoch %d: loss %.4f", epoch.number, epoch.trainingLoss)
    if let loss = epoch.validationLoss { words += String(format: ", validation loss %.4f", loss) }
    if let area = epoch.validationArea { words += String(format: ", validation AUC %.4f", area) }
    return words
  }
}

extension Augmentation.Family: ExpressibleByArgument {}
