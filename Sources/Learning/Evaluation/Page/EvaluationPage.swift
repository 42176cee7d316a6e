import Foundation
import Tables

/// One HTML page, with everything inside it: figures, curves, and the worst mistakes as pictures.
public struct EvaluationPage {
  public var title: String
  /// Lines on what was measured.
  public var remarks: [String]
  public var models: [ModelScores]
  /// What the models were measured on.
  public var patches: LabelledPatches
  /// How many mistakes of each kind to show for each model.
  public var mistakes = 12

  public init(title: String, remarks: [String], models: [ModelScores], patches: LabelledPatches) {
    self.title = title
    self.remarks = remarks
    self.models = models
    self.patches = patches
  }

  /// Equal scores make equal bytes.
  public var html: String {
    var page = HTMLPage(title: title, remarks: remarks)
    page.heading("Models")
    // A figure a row: beside each other they are wider than any screen.
    let figures = ScoreTable.rows(models)
    page.table(
      ["figure"] + models.map(\.scored.model),
      ScoreTable.header.indices.dropFirst().map { column in
        [ScoreTable.header[column]] + figures.map { $0[column] }
      })
    let folds = ScoreTable.foldRows(models)
    if !folds.isEmpty {
      page.heading("Folds")
      page.table(ScoreTable.foldHeader(models), folds)
    }
    page.heading("Curves")
    page.charts([rocChart, calibrationChart])
    for model in models {
      page.heading("Worst mistakes of \(model.scored.model)")
      page.append(mistakeGallery(of: model))
    }
    addPlaces(to: &page)
    return page.text
  }

  private var rocChart: Chart {
    Chart.ofReceiver(
      models.compactMap { model in
        model.curve.map { ("\(model.scored.model), area \(ScoreTable.share($0.area))", $0) }
      }, title: "Receiver operating characteristic")
  }

  private var calibrationChart: Chart {
    Chart(
      title: "Calibration", horizontal: "mean score", vertical: "observed fraction",
      curves: models.map { model in
        Chart.Curve(
          name: model.scored.model,
          points: model.calibration.bins.filter { $0.count > 0 }.map { (x: $0.meanScore, y: $0.deformingShare) },
          hasDots: true)
      }, horizontalRange: 0...1, verticalRange: 0...1, hasDiagonal: true, legend: .bottom, plot: Chart.square)
  }

  /// The places where something deforms or is judged wrongly, and the others behind a fold.
  private func addPlaces(to page: inout HTMLPage) {
    let (header, rows) = (ScoreTable.placeHeader(models), ScoreTable.placeRows(models))
    var (telling, others): ([[String]], [[String]]) = ([], [])
    for (number, row) in rows.enumerated() {
      let isTelling = models.contains {
        let place = $0.places[number]
        return place.deforming > 0 || place.confusion.falsePositives > 0
      }
      if isTelling { telling.append(row) } else { others.append(row) }
    }
    page.heading("Places")
    page.table(header, telling)
    guard !others.isEmpty else { return }
    page.folded("\(others.count) places without deformation or mistakes", header, others)
  }

  private func mistakeGallery(of model: ModelScores) -> String {
    let scored = model.scored
    let kinds = [
      ("Quiet patches with the highest scores", false), ("Deforming patches with the lowest scores", true),
    ]
    let galleries = kinds.map { heading, deforming -> String in
      let figures = scored.worst(mistakes, deforming: deforming).map { patch -> String in
        let picture = Picture.png(
          of: patches.gray(of: patch), hasData: patches.hasData(of: patch), side: patches.side,
          shrink: max(1, patches.side / 160))
        let name = patches.origins[patch].isEmpty ? patches.places[patch] : patches.origins[patch]
        let score = String(format: "%.3f", scored.scores[patch])
        let kind = patches.isHardNegative[patch] ? ", hard negative" : ""
        // Names are long, and may go on in the next line behind each part.
        let parts = HTMLPage.escaped(name).replacing("_", with: "_<wbr>")
        return "<figure><img alt=\"\(HTMLPage.escaped(name)): \(score)\(kind)\" width=\"160\" height=\"160\" "
          + "src=\"data:image/png;base64,\(picture.base64EncodedString())\">"
          + "<figcaption><b>\(score)</b>\(kind)<br>\(parts)</figcaption></figure>"
      }
      return "<h3>\(heading)</h3><div class=\"gallery\">\(figures.joined(separator: "\n"))</div>"
    }
    return galleries.joined(separator: "\n")
  }
}
