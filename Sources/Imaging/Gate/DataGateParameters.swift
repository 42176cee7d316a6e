/// The settings of the data gate; the defaults are those of the code behind Biggs et al. 2022.
public struct DataGateParameters: Hashable, Sendable, Codable {
  /// Radius of the disk that closes gaps in the mask of pixels with data, pixels, 0…50.
  public var closingRadius = 5
  /// The share of a patch that the closed mask must exceed, 0…1.
  public var minimumDataShare = 0.25
  /// The share of a patch's pixels whose gray is not 0 that must be exceeded, 0…1.
  public var minimumNonZeroShare = 0.5

  public init() {}

  /// What is wrong with these settings, in words for whoever wrote them; `nil` where nothing is.
  public var problem: String? {
    if !(0...50).contains(closingRadius) { return "closingRadius is \(closingRadius), expected 0…50 pixels" }
    for (name, share) in [
      ("minimumDataShare", minimumDataShare), ("minimumNonZeroShare", minimumNonZeroShare),
    ] where !(0...1).contains(share) {
      return "\(name) is \(share), expected 0…1"
    }
    return nil
  }
}
