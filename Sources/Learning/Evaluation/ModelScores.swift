/// How good one model is on one set of patches.
public struct ModelScores: Sendable {
  /// What is asked for.
  public struct Settings: Sendable {
    /// Patches with at least this score count as deforming.
    public var threshold: Float = 0.5
    /// The share of deforming patches that must be found by the second threshold.
    public var recall = 0.9
    /// Confidence intervals; `nil` for none.
    public var bootstrap: Bootstrap? = Bootstrap()

    public init() {}
  }

  /// A figure and its confidence interval.
  public struct Figure: Hashable, Sendable {
    public let value: Double
    public let interval: ClosedRange<Double>?
  }

  /// The figures of one place.
  public struct Place: Sendable {
    public let name: String
    public let deforming: Int
    public let quiet: Int
    /// `nil` without both classes.
    public let area: Double?
    public let confusion: Confusion
  }

  public let scored: ScoredPatches
  public let settings: Settings
  /// `nil` without both classes.
  public let curve: ROCCurve?
  public let area: Figure?
  /// Against hard negatives alone.
  public let hardArea: Figure?
  public let confusion: Confusion
  public let accuracy: Figure?
  /// At the threshold that finds the share asked for; `nil` without both classes.
  public let confusionAtRecall: Confusion?
  public let calibration: Calibration
  /// By name.
  public let places: [Place]
  /// The areas of folds, and against hard negatives; empty without folds.
  public let folds: [(area: Double?, hardArea: Double?)]

  /// - Parameters:
  ///   - scored: The scores, out of fold where there are folds.
  ///   - folds: The patches' numbers in each fold.
  ///   - settings: What is asked for.
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
