/// Evaluation of one model on one set of patches.
public struct ModelScores: Sendable {
  /// Settings of an evaluation.
  public struct Settings: Sendable {
    /// Patches with at least this score count as deforming.
    public var threshold: Float = 0.5
    /// Recall, 0…1, that the second threshold must reach.
    public var recall = 0.9
    /// Settings of the confidence intervals; `nil` for none.
    public var bootstrap: Bootstrap? = Bootstrap()

    public init() {}
  }

  /// A statistic and its confidence interval.
  public struct Figure: Hashable, Sendable {
    /// The statistic over all patches.
    public let value: Double
    /// The confidence interval; `nil` if none was asked for or too few resamples define it.
    public let interval: ClosedRange<Double>?
  }

  /// Scores at one place.
  public struct Place: Sendable {
    /// Name of the place.
    public let name: String
    /// Number of deforming patches.
    public let deforming: Int
    /// Number of quiet patches.
    public let quiet: Int
    /// AUC; `nil` unless both classes are present.
    public let area: Double?
    /// Confusion matrix at ``Settings/threshold``.
    public let confusion: Confusion
  }

  /// The scores, with labels and places.
  public let scored: ScoredPatches
  /// The settings of the evaluation.
  public let settings: Settings
  /// ROC curve; `nil` unless both classes are present.
  public let curve: ROCCurve?
  /// AUC; `nil` unless both classes are present.
  public let area: Figure?
  /// AUC of deforming patches against hard negatives only.
  public let hardArea: Figure?
  /// Confusion matrix at ``Settings/threshold``.
  public let confusion: Confusion
  /// Accuracy at ``Settings/threshold``; `nil` without patches.
  public let accuracy: Figure?
  /// Confusion matrix at the highest threshold that reaches ``Settings/recall``; `nil` unless both classes
  /// are present.
  public let confusionAtRecall: Confusion?
  /// Calibration of the scores.
  public let calibration: Calibration
  /// Scores by place, ordered by name.
  public let places: [Place]
  /// AUC of each fold, and AUC against hard negatives; empty without folds.
  public let folds: [(area: Double?, hardArea: Double?)]

  /// - Parameters:
  ///   - scored: The scores; out-of-fold scores in cross-validation.
  ///   - folds: Patch indices of each fold.
  ///   - settings: Settings of the evaluation.
  public init(_ scored: ScoredPatches, folds: [[Int]] = [], settings: Settings = Settings()) {
    self.scored = scored
    self.settings = settings
    curve = ROCCurve(scores: scored.scores, deforms: scored.deforms)
    area = Self.figure(scored, settings, \.area)
    hardArea = Self.figure(scored.againstHardNegatives, settings, \.area)
    let threshold = settings.threshold
    confusion = Confusion(scores: scored.scores, deforms: scored.deforms, threshold: threshold)
    accuracy = Self.figure(scored, settings) {
      Confusion(scores: $0.scores, deforms: $0.deforms, threshold: threshold).accuracy
    }
    confusionAtRecall = curve.map {
      Confusion(
        scores: scored.scores, deforms: scored.deforms, threshold: $0.threshold(forRecall: settings.recall))
    }
    calibration = Calibration(scores: scored.scores, deforms: scored.deforms)
    var numbers: [String: [Int]] = [:]
    for patch in 0..<scored.count { numbers[scored.places[patch], default: []].append(patch) }
    places = numbers.sorted { $0.key < $1.key }.map { name, numbers in
      let part = scored.subset(numbers)
      let deforming = part.deforms.count { $0 }
      return Place(
        name: name, deforming: deforming, quiet: part.count - deforming, area: part.area,
        confusion: Confusion(scores: part.scores, deforms: part.deforms, threshold: threshold))
    }
    self.folds = folds.map {
      let part = scored.subset($0)
      return (part.area, part.againstHardNegatives.area)
    }
  }

  private static func figure(
    _ scored: ScoredPatches, _ settings: Settings, _ value: (ScoredPatches) -> Double?
  ) -> Figure? {
    guard let whole = value(scored) else { return nil }
    return Figure(
      value: whole, interval: settings.bootstrap?.interval(count: scored.count) { value(scored.subset($0)) })
  }
}
