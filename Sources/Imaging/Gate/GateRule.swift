/// The rule that classifies patches as background; the CNN is skipped for them.
public enum GateRule: Hashable, Sendable, Codable {
  /// Requires enough wrap edges, averaged over all constant phase offsets; see ``FringeGate``.
  case fringes(FringeGateParameters)
  /// Requires enough Canny edges of the phase as it is; see ``EdgeGate``. Repeats sweeps of earlier versions.
  case edges(EdgeGateParameters)
  /// Requires enough pixels with data; see ``DataGate``.
  case data(DataGateParameters)
  /// Passes every patch that has data and more than one gray.
  case off

  private enum CodingKeys: String, CodingKey {
    case fringes, edges, data, off
  }

  /// Decodes a dictionary with one entry: the rule's name and its parameters.
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

  /// Description of the first invalid setting, for the user; `nil` if all are valid.
  public var problem: String? {
    switch self {
    case .fringes(let parameters): parameters.problem
    case .edges(let parameters): parameters.problem
    case .data(let parameters): parameters.problem
    case .off: nil
    }
  }
}
