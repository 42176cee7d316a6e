import Synthesis

/// Which patches a network learns from, and which tell how well it does on places that it has not seen.
public struct TrainingSplit: Hashable, Sendable {
  public let training: [Int]
  public let validation: [Int]

  public init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// Validates on the places of these names.
  public init(_ patches: LabelledPatches, validationPlaces: Set<String>) {
    validation = (0..<patches.count).filter { validationPlaces.contains(patches.places[$0]) }
    training = (0..<patches.count).filter { !validationPlaces.contains(patches.places[$0]) }
  }

  /// Validates on about a share of the places, drawn separately among those where something deforms and the others;
  /// where there are several of a kind, at least one is on each side.
  ///
  /// - Parameters:
  ///   - patches: The set.
  ///   - share: 0 ..< 1; with 0 nothing is validated.
  ///   - seed: Which places.
  public init(_ patches: LabelledPatches, validationShare share: Double, seed: UInt64) {
    var deforming: Set<String> = []
    for patch in 0..<patches.count where patches.deforms[patch] { deforming.insert(patches.places[patch]) }
    let quiet = Set(patches.places).subtracting(deforming)
    var random = RandomStream(seed: seed, path: 0x5B117)
    var chosen: Set<String> = []
    for places in [deforming, quiet] where share > 0 && places.count > 1 {
      let count = min(places.count - 1, max(1, Int((Double(places.count) * share).rounded())))
      var order = places.sorted()
      order.shuffle(using: &random)
      chosen.formUnion(order.prefix(count))
    }
    self.init(patches, validationPlaces: chosen)
  }
}
