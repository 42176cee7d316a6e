/// Settings of the data gate. The defaults are those of the code behind Biggs et al. 2022.
public struct DataGateParameters: Hashable, Sendable, Codable {
  /// Radius of the disk that closes gaps in the mask of pixels with data, pixels, 0…50.
  public var closingRadius = 5
  /// Fraction of a patch, 0…1, that the closed mask must exceed.
  public var minimumDataShare = 0.25
  /// Fraction of a patch's pixels, 0…1, that pixels with a gray other than 0 must exceed.
  public var minimumNonZeroShare = 0.5

  public init() {}

  /// Description of the first invalid setting, for the user; `nil` if all are valid.
  public var problem: String? {
    if !(0...50).contains(closingRadius) { return "closingRadius is \(closingRadius), expected 0…50 pixels" }
    for (name, fraction) in [
      ("minimumDataShare", minimumDataShare), ("minimumNonZeroShare", minimumNonZeroShare),
    ] where !(0...1).contains(fraction) {
      return "\(name) is \(fraction), expected 0…1"
    }
    return nil
  }
}
