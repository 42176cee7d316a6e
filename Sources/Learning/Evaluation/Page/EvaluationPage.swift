import Foundation
import Tables

/// A self-contained HTML page with tables, curves and pictures of the worst errors.
public struct EvaluationPage {
  /// Title of the page.
  public var title: String
  /// Lines about what was evaluated.
  public var remarks: [String]
  /// Scores of the models, one section each.
  public var models: [ModelScores]
  /// The patches that the models were evaluated on.
  public var patches: LabelledPatches
  /// Number of errors of each kind shown per model.
  public var mistakes = 12

  public init(title: String, remarks: [String], models: [ModelScores], patches: LabelledPatches) {
    self.title = title
    self.remarks = remarks
    self.models = models
    self.patches = patches
  }

  /// The page as HTML; equal scores give equal bytes.
  public var html: String {
    var page = HTMLPage(title: title, remarks: remarks)
    page.heading("Models")
    // One statistic per row: as columns they would be wider than a screen.
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
        model.curve.map { ("\(model.scored.model), area \(ScoreTable.decimals($0.area))", $0) }
      }, title: "Receiver operating characteristic")
  }

  private var calibrationChart: Chart {
    Chart(
      title: "Calibration", horizontal: "mean score", vertical: "observed fraction",
      curves: models.map { model in
        Chart.Curve(
          name: model.scored.model,
          points: model.calibration.bins.filter { $0.count > 0 }.map { (x: $0.meanScore, y: $0.deformingFraction) },
          hasDots: true)
      }, horizontalRange: 0...1, verticalRange: 0...1, hasDiagonal: true, legend: .bottom, plot: Chart.square)
  }

  /// Adds places with deformation or errors as a table, and the others in a collapsed section.
  private func addPlaces(to page: inout HTMLPage) {
    let (header, rows) = (ScoreTable.placeHeader(models), ScoreTable.placeRows(models))
    var (telling, others): ([[String]], [[String]]) = ([], [])
    for (number, row) in rows.enumerated() {
      let isDiffering = models.contains {
        let place = $0.places[number]
        return place.deforming > 0 || place.confusion.falsePositives > 0
      }
      if isDiffering { telling.append(row) } else { others.append(row) }
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
        // Names are long; allow a line break after each part.
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
