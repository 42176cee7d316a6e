/// The rule that classifies patches as background; the CNN is skipped for them.
public enum GateRule: Hashable, Sendable, Codable {
  /// Requires enough strong edges; see ``EdgeGate``.
  case edges(EdgeGateParameters)
  /// Requires enough pixels with data; see ``DataGate``.
  case data(DataGateParameters)

  private enum CodingKeys: String, CodingKey {
    case edges, data
  }

  /// Decodes a dictionary with one entry: the rule's name and its parameters.
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

  /// Description of the first invalid setting, for the user; `nil` if all are valid.
  public var problem: String? {
    switch self {
    case .edges(let parameters): parameters.problem
    case .data(let parameters): parameters.problem
    }
  }
}

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
    for (name, share) in [
      ("minimumDataShare", minimumDataShare), ("minimumNonZeroShare", minimumNonZeroShare),
    ] where !(0...1).contains(share) {
      return "\(name) is \(share), expected 0…1"
    }
    return nil
  }
}
