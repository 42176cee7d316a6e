import Foundation

/// The figures of several models side by side.
public enum ScoreTable {
  public static let header = [
    "model", "patches", "deforming", "AUC", "AUC against hard", "accuracy", "TPR", "TNR", "PPV",
    "threshold at recall",
    "TNR there", "PPV there", "Brier", "calibration error",
  ]

  /// One row for each model, with intervals in brackets.
  public static func rows(_ models: [ModelScores]) -> [[String]] {
    models.map { model in
      let confusion = model.confusion
      let there = model.confusionAtRecall
      return [
        model.scored.model, String(model.scored.count), String(model.scored.deforms.count { $0 }),
        figure(model.area), figure(model.hardArea), figure(model.accuracy), share(confusion.truePositiveRate),
        share(confusion.trueNegativeRate), share(confusion.positivePredictiveValue),
        there.map { String(format: "%.3f", $0.threshold) } ?? "", share(there?.trueNegativeRate),
        share(there?.positivePredictiveValue), share(model.calibration.brierScore),
        share(model.calibration.expectedError),
      ]
    }
  }

  public static let placeHeader = ["place", "deforming", "quiet"]

  /// One row for each place: its patches, then for each model its AUC, and how many deforming and quiet patches are judged
  /// wrongly.
  public static func placeRows(_ models: [ModelScores]) -> [[String]] {
    guard let first = models.first else { return [] }
    return first.places.enumerated().map { number, place in
      [place.name, String(place.deforming), String(place.quiet)]
        + models.flatMap { model -> [String] in
          let place = model.places[number]
          return [
            share(place.area), String(place.confusion.falseNegatives), String(place.confusion.falsePositives),
          ]
        }
    }
  }

  /// The names of ``placeRows(_:)``' columns.
  public static func placeHeader(_ models: [ModelScores]) -> [String] {
    placeHeader + models.flatMap { ["\($0.scored.model) AUC", "missed", "false"] }
  }

  /// One row for each fold and one for all: each model's AUC, and that against hard negatives.
  public static func foldRows(_ models: [ModelScores]) -> [[String]] {
    guard let first = models.first, !first.folds.isEmpty else { return [] }
    let folds = first.folds.indices.map { fold in
      [String(fold)] + models.flatMap { [share($0.folds[fold].area), share($0.folds[fold].hardArea)] }
    }
    return folds + [["pooled"] + models.flatMap { [share($0.area?.value), share($0.hardArea?.value)] }]
  }

  /// The names of ``foldRows(_:)``' columns.
  public static func foldHeader(_ models: [ModelScores]) -> [String] {
    ["fold"] + models.flatMap { ["\($0.scored.model) AUC", "against hard"] }
  }

  static func share(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "" }

  static func figure(_ figure: ModelScores.Figure?) -> String {
    guard let figure else { return "" }
    guard let interval = figure.interval else { return share(figure.value) }
    return String(format: "%.4f (%.4f–%.4f)", figure.value, interval.lowerBound, interval.upperBound)
  }
}
