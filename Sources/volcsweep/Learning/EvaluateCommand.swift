import ArgumentParser
import Files
import Foundation
import Learning
import NeuralNetwork
import Tables

/// `volcsweep evaluate`: measures models on labelled patches.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluates models on labelled patches.",
    discussion: """
      For each model, first reports how many of the patches it was trained on, if this is known. Then prints AUC with \
      confidence intervals; accuracy, TPR, TNR and PPV at a threshold and at a fixed recall; and the calibration. The \
      page and the CSV files also contain the results for each place.

      For cross-validation, give one model file per fold, in the order of the folds: \
      name=fold0.onnx,fold1.onnx,fold2.onnx. Each file scores the fold that it was not trained on, and the scores are \
      pooled.
      """)

  @Argument(
    help: ArgumentHelp(
      "Model file, name=file, or name=file,file,… with one file per fold; default is the built-in model.",
      valueName: "model"))
  var models: [String] = []

  @Option(
    name: .customLong("on"), parsing: .upToNextOption,
    help: ArgumentHelp("Data set to evaluate on; see volcsweep dataset summary --help.", valueName: "dataset"))
  var datasets: [String]

  @OptionGroup var reading: DatasetCommand.Reading

  @Option(help: ArgumentHelp("CSV table with the columns volcano (or place) and fold (0, 1, …).", valueName: "csv"))
  var folds: String?

  @Option(help: "Divide the places into this number of folds.")
  var foldCount: Int?

  @Flag(help: "Also evaluate a support vector machine on texture features, trained on the other folds.")
  var svm = false

  @Flag(help: "Apply the sweep's gate: patches that do not pass score 0.")
  var gated = false

  @Option(help: "Probability from which a patch is classified as deforming.")
  var threshold: Float = 0.5

  @Option(help: "Fraction of deforming patches to be found at the second threshold.")
  var recall = 0.9

  @Option(help: "Number of bootstrap samples for confidence intervals; 0 disables them.")
  var bootstrap = 1000

  @Option(
    help: ArgumentHelp("Write an HTML page with curves and the worst errors to this file.", valueName: "file.html"))
  var page: String?

  @Option(
    help: ArgumentHelp(
      "Write scores.csv, models.csv, overlap.csv, places.csv and each model's ROC curve to this folder.",
      valueName: "folder"))
  var csv: String?

  func validate() throws {
    guard !models.isEmpty || svm else {
      throw ValidationError("pass a model file, default for the built-in model, or --svm")
    }
    guard !datasets.isEmpty else { throw ValidationError("pass a data set with --on") }
    guard folds == nil || foldCount == nil else {
      throw ValidationError("--folds and --fold-count cannot be combined")
    }
    if let foldCount, !(2...100).contains(foldCount) {
      throw ValidationError("--fold-count is \(foldCount), but must be between 2 and 100")
    }
    guard !svm || folds != nil || foldCount != nil else {
      throw ValidationError("--svm requires folds; pass --folds or --fold-count")
    }
    guard (0...1).contains(threshold) else {
      throw ValidationError("--threshold is \(threshold), but must be between 0 and 1")
    }
    guard recall > 0, recall <= 1 else {
      throw ValidationError("--recall is \(recall), but must be above 0 and at most 1")
    }
    guard (0...100_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap is \(bootstrap), but must be between 0 and 100000")
    }
  }

  func run() async throws {
    BLASAdvice.take(command: "evaluate")
    let command = self
    do {
      try await onOwnThread("evaluate") { try command.evaluate() }
    } catch {
      throw ExitStatus.after(error, in: "evaluate")
    }
  }

  private func evaluate() throws {
    let (patches, remarks) = try reading.reader().read(datasets)
    let dealt: [[Int]] =
      if let folds { try Folds(contentsOf: folds).patches(of: patches) } else if let foldCount {
        try Folds(dealing: patches, count: foldCount).patches(of: patches)
      } else { [] }
    var settings = ModelScores.Settings()
    (settings.threshold, settings.recall) = (threshold, recall)
    settings.bootstrap = bootstrap == 0 ? nil : Bootstrap(draws: bootstrap, seed: reading.seed)
    var results: [ModelScores] = []
    var overlaps: [(model: String, overlap: PatchOverlap)] = []
    let isOpen = gated ? patches.passGate() : nil
    func add(_ name: String, _ scores: [Float]) {
      let gatedScores = isOpen.map { zip(scores, $0).map { $1 ? $0 : 0 } } ?? scores
      results.append(
        ModelScores(ScoredPatches(model: name, scores: gatedScores, of: patches), folds: dealt, settings: settings))
    }
    for model in models {
      let named = NamedModel(model)
      let (found, overlap) = try scores(of: named, patches, dealt)
      add(named.name, found)
      overlaps.append((named.name, overlap))
    }
    if svm { add(TextureClassifier.usualName, try FoldScoring.textureScores(of: patches, folds: dealt)) }
    // Caveats precede the figures.
    var words = overlaps.map { $0.overlap.words(model: $0.model) } + words(on: patches, folds: dealt.count)
    let single = dealt.isEmpty ? [] : models.map(NamedModel.init).filter { $0.files.count == 1 }.map(\.name)
    if !single.isEmpty {
      words.append(
        "\(single.joined(separator: ", ")): one file scores all folds, so on places that it was trained on the results "
          + "show what it has memorised, not how well it generalises.")
    }
    words += remarks
    print(words.joined(separator: "\n"))
    show(ScoreTable.header, ScoreTable.rows(results))
    let foldRows = ScoreTable.foldRows(results)
    if !foldRows.isEmpty { show(ScoreTable.foldHeader(results), foldRows) }
    if let page {
      let document = EvaluationPage(
        title: "Evaluation of \(results.map(\.scored.model).joined(separator: ", "))", remarks: words,
        models: results, patches: patches)
      try AtomicFile.replace(page, with: Data(document.html.utf8))
    }
    if let csv { try writeTables(results, overlaps, patches, dealt, to: csv) }
  }

  /// Scores of a model, and how many of the test patches it was trained on.
  private func scores(
    of model: NamedModel, _ patches: LabelledPatches, _ folds: [[Int]]
  ) throws -> (scores: [Float], overlap: PatchOverlap) {
    var overlap = PatchOverlap()
    guard model.files.count > 1 else {
      let file = try ModelFile(contentsOf: model.url(0))
      overlap.add(patches, chosen: Array(0..<patches.count), record: try LearntPatches(file))
      return (try NetworkScorer(file).scores(of: patches), overlap)
    }
    guard model.files.count == folds.count else {
      throw DataSetError(
        file: model.name, problem: "has \(model.files.count) files for \(folds.count) folds; pass one file per fold"
      )
    }
    let scores = try FoldScoring.scores(of: patches, folds: folds) { fold, _ in
      let file = try ModelFile(contentsOf: model.url(fold))
      overlap.add(patches, chosen: folds[fold], record: try LearntPatches(file))
      return try NetworkScorer(file)
    }
    return (scores, overlap)
  }

  private func words(on patches: LabelledPatches, folds: Int) -> [String] {
    let hard = patches.isHardNegative.count { $0 }
    return [
      "Evaluated on \(patches.count) patches of \(Set(patches.places).count) places: \(patches.deformingCount) deforming, "
        + "\(hard) hard negatives, \(patches.count - patches.deformingCount - hard) others"
        + (folds > 0 ? "; \(folds) folds by place" : "") + (gated ? "; with the sweep's gate" : "")
        + (bootstrap > 0 ? "; 95 % confidence intervals from \(bootstrap) bootstrap samples in brackets" : "") + "."
    ]
  }

  private func show(_ header: [String], _ rows: [[String]]) {
    var table = AlignedTable(header: header, leftAligned: [0])
    for row in rows { table.append(row) }
    print("\n\(table.text)")
  }

  private func writeTables(
    _ results: [ModelScores], _ overlaps: [(model: String, overlap: PatchOverlap)], _ patches: LabelledPatches,
    _ folds: [[Int]], to folder: String
  ) throws {
    let url = URL(filePath: folder, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    func write(_ name: String, _ header: [String], _ rows: [[String]]) throws {
      var table = CommaSeparatedTable(header: header)
      for row in rows { table.append(row) }
      try AtomicFile.replace(url.appending(path: name).path, with: Data(table.text.utf8))
    }
    var fold = [String](repeating: "", count: patches.count)
    for (number, members) in folds.enumerated() { for patch in members { fold[patch] = String(number) } }
    try write(
      "scores.csv",
      ["patch", "origin", "place", "fold", "deformation", "hard_negative"] + results.map(\.scored.model),
      (0..<patches.count).map { patch in
        [
          String(patch), patches.origins[patch], patches.places[patch], fold[patch],
          patches.deforms[patch] ? "1" : "0", patches.isHardNegative[patch] ? "1" : "0",
        ] + results.map { String(format: "%.6f", $0.scored.scores[patch]) }
      })
    try write("overlap.csv", PatchOverlap.header, overlaps.map { $0.overlap.row(model: $0.model) })
    try write("models.csv", ScoreTable.header, ScoreTable.rows(results))
    try write("places.csv", ScoreTable.placeHeader(results), ScoreTable.placeRows(results))
    for (number, model) in results.enumerated() {
      guard let curve = model.curve else { continue }
      try write(
        "roc-\(number + 1).csv", ["threshold", "false_positive_rate", "true_positive_rate"],
        zip(curve.points, curve.rates).map {
          [String($0.threshold), String($1.falsePositive), String($1.truePositive)]
        })
    }
  }
}

/// A model from the command line.
private struct NamedModel {
  let name: String
  let files: [String]

  init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    files = (parts.last ?? text).split(separator: ",").map(String.init)
    name =
      parts.count == 2 ? parts[0] : URL(filePath: files.first ?? text).deletingPathExtension().lastPathComponent
  }

  func url(_ number: Int) throws -> URL {
    URL(filePath: files[number] == "default" ? try Installation.defaultModel() : files[number])
  }
}
