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
      Starts from a model file (--start), whose last layers may be replaced, or from a network that has learnt nothing \
      (--network). Some of the places are held back to tell, after each epoch, how well the network does on ground that \
      it has not seen; the network of the best epoch is kept, and training stops when it gets no better for long.
      The model says in its metadata what it was trained on. OUTPUT.training/ gets loss and ROC curves (SVG and CSV). \
      OUTPUT.checkpoint is kept up to date while training: after an interruption the same command goes on from it, and \
      ends with the same bytes as if nothing had happened, for any number of threads.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files of labelled patches, or folders of volcsweep synthesize, Hephaestus or VolcNet, or runs with reviews.",
      valueName: "dataset")
  )
  var datasets: [String] = []

  @Option(
    help: ArgumentHelp(
      "Learn from what people said of this run's interferograms, too; needs --archive. May be given again.",
      valueName: "run"))
  var fromReviews: [String] = []

  @Option(help: ArgumentHelp("The ONNX file to write.", valueName: "model.onnx"))
  var output: String

  @OptionGroup(title: "Where the network comes from") var origin: Origin
  @OptionGroup(title: "How it learns") var learning: LearningOptions
  @OptionGroup(title: "How data sets are read") var reading: DatasetCommand.Reading

  @Option(help: "Share of the places that are held back for validation; 0 for none.")
  var validation = 0.2

  @Option(help: ArgumentHelp("Hold back the places of a fold of this table instead.", valueName: "csv"))
  var folds: String?

  @Option(help: "Which fold of that table.")
  var fold = 0

  @Flag(help: "Do not measure on that fold either: its places stay unseen, and the last epoch's network is kept.")
  var unseen = false

  @Flag(help: "Show patches as they are, without shifts, turns, stretching, or other phases and air.")
  var plain = false

  @Option(
    help: ArgumentHelp(
      "Show them without this kind of change: shifts, flips, turns, scales, offset, sign, air. May be given again.",
      valueName: "kind"))
  var without: [Augmentation.Family] = []

  @Flag(help: "Forget a checkpoint that is there, and start from the beginning.")
  var restart = false

  func validate() throws {
    guard !(datasets + fromReviews).isEmpty else { throw ValidationError("name at least one data set") }
    guard !unseen || folds != nil else { throw ValidationError("--unseen leaves out a fold; pass --folds") }
    if let problem = learning.settings(seed: reading.seed).problem { throw ValidationError(problem) }
    guard (0..<1).contains(validation) else {
      throw ValidationError("the validation's share is \(validation), not from 0 to below 1")
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
      ?? (validation > 0 ? .share(validation) : .none)
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
    case .interrupted: Terminal.say("volcsweep train: stopped; the same command goes on")
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
