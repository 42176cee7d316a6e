/// Scores of one model, with labels and places of the patches. All lists have one entry per patch, in the
/// same order.
public struct ScoredPatches: Sendable {
  /// Name of the model.
  public let model: String
  /// Probabilities of deformation, 0…1.
  public let scores: [Float]
  /// Whether the patch shows deformation.
  public let deforms: [Bool]
  /// Whether the patch is quiet but easily mistaken for deformation.
  public let isHardNegative: [Bool]
  /// Name of the patch's place.
  public let places: [String]

  /// - Parameters:
  ///   - model: Name of the model.
  ///   - scores: One per patch.
  ///   - patches: The patches.
  public init(model: String, scores: [Float], of patches: LabelledPatches) {
    precondition(scores.count == patches.count, "each patch has a score")
    self.init(
      model: model, scores: scores, deforms: patches.deforms, isHardNegative: patches.isHardNegative,
      places: patches.places)
  }

  init(model: String, scores: [Float], deforms: [Bool], isHardNegative: [Bool], places: [String]) {
    self.model = model
    self.scores = scores
    self.deforms = deforms
    self.isHardNegative = isHardNegative
    self.places = places
  }

  /// Number of patches.
  public var count: Int { scores.count }

  /// The patches with these indices; an index may occur more than once.
  public func subset(_ numbers: [Int]) -> ScoredPatches {
    ScoredPatches(
      model: model, scores: numbers.map { scores[$0] }, deforms: numbers.map { deforms[$0] },
      isHardNegative: numbers.map { isHardNegative[$0] }, places: numbers.map { places[$0] })
  }

  /// Only deforming patches and hard negatives.
  public var againstHardNegatives: ScoredPatches {
    subset((0..<count).filter { deforms[$0] || isHardNegative[$0] })
  }

  /// AUC; `nil` unless both classes are present.
  public var area: Double? { ROCCurve(scores: scores, deforms: deforms)?.area }

  /// Indices of the worst errors: quiet patches with the highest scores, or deforming patches with the
  /// lowest.
  public func worst(_ count: Int, deforming: Bool) -> [Int] {
    let numbers = (0..<self.count).filter { deforms[$0] == deforming }
    let sorted = numbers.sorted {
      (deforming ? scores[$0] : -scores[$0], $0) < (deforming ? scores[$1] : -scores[$1], $1)
    }
    return Array(sorted.prefix(count))
  }
}
