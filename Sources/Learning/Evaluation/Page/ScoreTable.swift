import Foundation

/// Tables of scores of several models.
public enum ScoreTable {
  /// Column names of ``rows(_:)``.
  public static let header = [
    "model", "patches", "deforming", "AUC", "AUC against hard", "accuracy", "TPR", "TNR", "PPV",
    "threshold at recall",
    "TNR there", "PPV there", "Brier", "calibration error",
  ]

  /// One row per model; confidence intervals in parentheses.
  public static func rows(_ models: [ModelScores]) -> [[String]] {
    models.map { model in
      let confusion = model.confusion
      let there = model.confusionAtRecall
      return [
        model.scored.model, String(model.scored.count), String(model.scored.deforms.count { $0 }),
        figure(model.area), figure(model.hardArea), figure(model.accuracy), decimals(confusion.truePositiveRate),
        decimals(confusion.trueNegativeRate), decimals(confusion.positivePredictiveValue),
        there.map { String(format: "%.3f", $0.threshold) } ?? "", decimals(there?.trueNegativeRate),
        decimals(there?.positivePredictiveValue), decimals(model.calibration.brierScore),
        decimals(model.calibration.expectedError),
      ]
    }
  }

  /// The first columns of ``placeRows(_:)``.
  public static let placeHeader = ["place", "deforming", "quiet"]

  /// One row per place: its patches, then for each model the AUC, the missed deforming patches and the false
  /// positives.
  public static func placeRows(_ models: [ModelScores]) -> [[String]] {
    guard let first = models.first else { return [] }
    return first.places.enumerated().map { number, place in
      [place.name, String(place.deforming), String(place.quiet)]
        + models.flatMap { model -> [String] in
          let place = model.places[number]
          return [
            decimals(place.area), String(place.confusion.falseNegatives), String(place.confusion.falsePositives),
          ]
        }
    }
  }

  /// Column names of ``placeRows(_:)``.
  public static func placeHeader(_ models: [ModelScores]) -> [String] {
    placeHeader + models.flatMap { ["\($0.scored.model) AUC", "missed", "false"] }
  }

  /// One row per fold and a pooled one: AUC of each model, and AUC against hard negatives.
  public static func foldRows(_ models: [ModelScores]) -> [[String]] {
    guard let first = models.first, !first.folds.isEmpty else { return [] }
    let folds = first.folds.indices.map { fold in
      [String(fold)] + models.flatMap { [decimals($0.folds[fold].area), decimals($0.folds[fold].hardArea)] }
    }
    return folds + [["pooled"] + models.flatMap { [decimals($0.area?.value), decimals($0.hardArea?.value)] }]
  }

  /// Column names of ``foldRows(_:)``.
  public static func foldHeader(_ models: [ModelScores]) -> [String] {
    ["fold"] + models.flatMap { ["\($0.scored.model) AUC", "against hard"] }
  }

  static func decimals(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "" }

  static func figure(_ figure: ModelScores.Figure?) -> String {
    guard let figure else { return "" }
    guard let interval = figure.interval else { return decimals(figure.value) }
    return String(format: "%.4f (%.4f–%.4f)", figure.value, interval.lowerBound, interval.upperBound)
  }
}
