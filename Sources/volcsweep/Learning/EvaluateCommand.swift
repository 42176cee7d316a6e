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
    abstract: "Measures models on labelled patches, several side by side.",
    discussion: """
      Says first how many of the patches each model has learnt from, or that it is not known. Prints AUC with confidence intervals, accuracy, TPR, TNR and PPV at a threshold and at a fixed recall, and the \
      calibration; per place in the page and the CSV files. A model that is trained on other places for each fold is \
      named by its files in the folds' order with commas between them, name=fold0.onnx,fold1.onnx,fold2.onnx: each scores \
      the fold that it has not seen, and the pooled scores are measured.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model file, name=file, or name=file,file,… with one for each fold; default is the built-in one.",
      valueName: "model"))
  var models: [String] = []

  @Option(
    name: .customLong("on"), parsing: .upToNextOption,
    help: ArgumentHelp("What to measure on, see dataset summary.", valueName: "dataset"))
  var datasets: [String]

  @OptionGroup var reading: DatasetCommand.Reading

  @Option(help: ArgumentHelp("A table of volcano (or place) and fold (0, 1, …).", valueName: "csv"))
  var folds: String?

  @Option(help: "Deal the places into so many folds.")
  var foldCount: Int?

  @Flag(help: "Measure a support vector machine on texture features too, learnt from the other folds.")
  var svm = false

  @Flag(help: "Put the sweep's gate in front: patches that it holds back score 0.")
  var gated = false

  @Option(help: "Patches with at least this probability count as deforming.")
  var threshold: Float = 0.5

  @Option(help: "The share of deforming patches that the second threshold must find.")
  var recall = 0.9

  @Option(help: "Draws of the bootstrap for confidence intervals; 0 for none.")
  var bootstrap = 1000

  @Option(help: ArgumentHelp("Write a page with curves and the worst mistakes there.", valueName: "file.html"))
  var page: String?

  @Option(
    help: ArgumentHelp(
      "Write scores.csv, models.csv, overlap.csv, places.csv and, for each model, the curve there.",
      valueName: "folder"))
  var csv: String?

  func validate() throws {
    guard !models.isEmpty || svm else { throw ValidationError("name a model, or default, or pass --svm") }
    guard !datasets.isEmpty else { throw ValidationError("say with --on what to measure on") }
    guard folds == nil || foldCount == nil else {
      throw ValidationError("--folds and --fold-count exclude each other")
    }
    if let foldCount, !(2...100).contains(foldCount) {
      throw ValidationError("the number of folds is \(foldCount), not from 2 to 100")
    }
    guard !svm || folds != nil || foldCount != nil else {
      throw ValidationError("--svm learns from other folds; pass --folds or --fold-count")
    }
    guard (0...1).contains(threshold) else {
      throw ValidationError("the threshold is \(threshold), not from 0 to 1")
    }
    guard recall > 0, recall <= 1 else {
      throw ValidationError("the recall is \(recall), not above 0 and at most 1")
    }
    guard (0...100_000).contains(bootstrap) else {
      throw ValidationError("the draws are \(bootstrap), not from 0 to 100000")
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
      let judged = isOpen.map { zip(scores, $0).map { $1 ? $0 : 0 } } ?? scores
      results.append(
        ModelScores(ScoredPatches(model: name, scores: judged, of: patches), folds: dealt, settings: settings))
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
        "One file scores all folds of \(single.joined(separator: ", ")): of places that it learnt from, its figures tell "
          + "what it remembers, and not how it does elsewhere.")
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
        file: model.name, problem: "has \(model.files.count) files for \(folds.count) folds; name one for each fold"
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
      "Measured on \(patches.count) patches of \(Set(patches.places).count) places: \(patches.deformingCount) deforming, "
        + "\(hard) hard negatives, \(patches.count - patches.deformingCount - hard) others"
        + (folds > 0 ? "; \(folds) folds by place" : "") + (gated ? "; behind the sweep's gate" : "")
        + (bootstrap > 0 ? "; in brackets 95 % intervals of \(bootstrap) draws" : "") + "."
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
        zip(curve.points, curve.shares).map {
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
