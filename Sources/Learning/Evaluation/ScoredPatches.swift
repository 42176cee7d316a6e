/// One model's scores of patches, and what is known of them.
public struct ScoredPatches: Sendable {
  public let model: String
  /// Probabilities of deformation, 0…1.
  public let scores: [Float]
  public let deforms: [Bool]
  public let isHardNegative: [Bool]
  public let places: [String]

  /// - Parameters:
  ///   - model: The model's name.
  ///   - scores: One for each patch.
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

  public var count: Int { scores.count }

  /// The patches of these numbers; a number may stand more than once.
  public func subset(_ numbers: [Int]) -> ScoredPatches {
    ScoredPatches(
      model: model, scores: numbers.map { scores[$0] }, deforms: numbers.map { deforms[$0] },
      isHardNegative: numbers.map { isHardNegative[$0] }, places: numbers.map { places[$0] })
  }

  /// Deforming patches and hard negatives alone.
  public var againstHardNegatives: ScoredPatches {
    subset((0..<count).filter { deforms[$0] || isHardNegative[$0] })
  }

  /// The area under the ROC curve; `nil` without both classes.
  public var area: Double? { ROCCurve(scores: scores, deforms: deforms)?.area }

  /// The patches that are judged most wrongly: quiet ones of the highest scores, or deforming ones of the lowest.
  public func worst(_ count: Int, deforming: Bool) -> [Int] {
    let numbers = (0..<self.count).filter { deforms[$0] == deforming }
    let sorted = numbers.sorted {
      (deforming ? scores[$0] : -scores[$0], $0) < (deforming ? scores[$1] : -scores[$1], $1)
    }
    return Array(sorted.prefix(count))
  }
}
