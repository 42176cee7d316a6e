/// The rule that calls a patch background without running the network.
public enum GateRule: Hashable, Sendable, Codable {
  /// Enough wrap edges in the mean over all constants that may be added to the phase, see ``FringeGate``.
  case fringes(FringeGateParameters)
  /// Enough Canny edges of the phase as it is, see ``EdgeGate``: what sweeps of earlier versions did, to repeat them.
  case edges(EdgeGateParameters)
  /// Enough pixels with data, see ``DataGate``.
  case data(DataGateParameters)
  /// Every patch goes to the network that has a pixel of data and is not of one gray.
  case off

  private enum CodingKeys: String, CodingKey {
    case fringes, edges, data, off
  }

  /// Reads one entry: the rule's name with its parameters.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let parameters = try container.decodeIfPresent(FringeGateParameters.self, forKey: .fringes) {
      self = .fringes(parameters)
    } else if let parameters = try container.decodeIfPresent(EdgeGateParameters.self, forKey: .edges) {
      self = .edges(parameters)
    } else if try container.decodeIfPresent(Bool.self, forKey: .off) == true {
      self = .off
    } else {
      self = .data(try container.decode(DataGateParameters.self, forKey: .data))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .fringes(let parameters): try container.encode(parameters, forKey: .fringes)
    case .edges(let parameters): try container.encode(parameters, forKey: .edges)
    case .data(let parameters): try container.encode(parameters, forKey: .data)
    case .off: try container.encode(true, forKey: .off)
    }
  }

  /// What is wrong with the rule's settings, in words for whoever wrote them; `nil` where nothing is.
  public var problem: String? {
    switch self {
    case .fringes(let parameters): parameters.problem
    case .edges(let parameters): parameters.problem
    case .data(let parameters): parameters.problem
    case .off: nil
    }
  }
}
