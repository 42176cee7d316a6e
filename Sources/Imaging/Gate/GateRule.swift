/// The rule that calls a patch background without running the network.
public enum GateRule: Hashable, Sendable, Codable {
  /// Enough strong edges, see ``EdgeGate``.
  case edges(EdgeGateParameters)
  /// Enough pixels with data, see ``DataGate``.
  case data(DataGateParameters)

  private enum CodingKeys: String, CodingKey {
    case edges, data
  }

  /// Reads one entry: the rule's name with its parameters.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let parameters = try container.decodeIfPresent(EdgeGateParameters.self, forKey: .edges) {
      self = .edges(parameters)
    } else {
      self = .data(try container.decode(DataGateParameters.self, forKey: .data))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .edges(let parameters): try container.encode(parameters, forKey: .edges)
    case .data(let parameters): try container.encode(parameters, forKey: .data)
    }
  }

  /// What is wrong with the rule's settings, in words for whoever wrote them; `nil` where nothing is.
  public var problem: String? {
    switch self {
    case .edges(let parameters): parameters.problem
    case .data(let parameters): parameters.problem
    }
  }
}

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
