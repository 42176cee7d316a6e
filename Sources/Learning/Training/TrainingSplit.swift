import Synthesis

/// Training and validation patches; no place is in both.
public struct TrainingSplit: Hashable, Sendable {
  /// Indices of the patches to train on.
  public let training: [Int]
  /// Indices of the patches to validate on.
  public let validation: [Int]

  public init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// Validates on the places with these names.
  public init(_ patches: LabelledPatches, validationPlaces: Set<String>) {
    validation = (0..<patches.count).filter { validationPlaces.contains(patches.places[$0]) }
    training = (0..<patches.count).filter { !validationPlaces.contains(patches.places[$0]) }
  }

  /// Validates on about a fraction of the places, drawn separately among places with and without deformation;
  /// of several places of a kind, at least one is on each side.
  ///
  /// - Parameters:
  ///   - patches: The set.
  ///   - fraction: Fraction of the places, 0 ..< 1; 0 for no validation.
  ///   - seed: Selects the places.
  public init(_ patches: LabelledPatches, validationFraction fraction: Double, seed: UInt64) {
    var deforming: Set<String> = []
    for patch in 0..<patches.count where patches.deforms[patch] { deforming.insert(patches.places[patch]) }
    let quiet = Set(patches.places).subtracting(deforming)
    var random = RandomStream(seed: seed, path: 0x5B117)
    var chosen: Set<String> = []
    for places in [deforming, quiet] where fraction > 0 && places.count > 1 {
      let count = min(places.count - 1, max(1, Int((Double(places.count) * fraction).rounded())))
      var order = places.sorted()
      order.shuffle(using: &random)
      chosen.formUnion(order.prefix(count))
    }
    self.init(patches, validationPlaces: chosen)
  }
}
