/// The rule that calls a patch background without running the network.
public enum GateRule: Hashable, Sendable, Codable {
  /// Enough strong edges, see ``EdgeGate``.
  case edges(EdgeGateParameters)
  /// Enough pixels with data, see ``DataGate``.
  case data(DataGateParameters)
}

/// The settings of the data gate; the defaults are those of the code behind Biggs et al. 2022.
public struct DataGateParameters: Hashable, Sendable, Codable {
  /// Radius of the disk that closes gaps in the mask of pixels with data, pixels.
  public var closingRadius = 5
  /// The share of a patch that the closed mask must exceed, 0…1.
  public var minimumDataShare = 0.25
  /// The share of a patch's pixels whose gray is not 0 that must be exceeded, 0…1.
  public var minimumNonZeroShare = 0.5

  public init() {}
}
