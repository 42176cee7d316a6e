import Interferometry

/// A named set of rules from gray image to probability map, recorded by each sweep. The method has a name
/// because the papers and the published code differ.
public struct MethodProfile: Hashable, Sendable, Codable {
  /// The available profiles.
  public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
    /// The paper: Anantrasirichai et al. 2018, 10.1029/2018JB015911.
    case jgr2018
    /// The code of the five-year sweep: Biggs et al. 2022, 10.1007/s00445-022-01608-x.
    case biggs2022
    /// Three scales, for sources from one to fifty kilometres across: the interferogram as it is, and averaged over
    /// 2 × 2 and 4 × 4 pixels as phasors.
    case multiscale
  }

  /// Name of the profile.
  public let name: Name
  /// Pixels across a patch.
  public let patchSize: Int
  /// Pixels from one patch to the next, with the last row and column of patches flush with the raster's edge;
  /// of a profile with canvases the most pixels from one patch to the next.
  public let stride: Int
  /// Pixels along each side of the squares over which the interferogram is averaged for each scale, increasing.
  public let scales: [Int]
  /// Whether patches cover a canvas around the interferogram, which then may be smaller than a patch.
  public var usesCanvas: Bool { name == .multiscale }
  /// The gate. The job may change its settings, switch it off, and under `jgr2018` choose the Canny gate.
  public var gate: GateRule
  /// How overlapping patches are merged.
  public let merge: MergeRule

  /// The profile with its default settings.
  public init(_ name: Name) {
    self.name = name
    switch name {
    case .jgr2018:
      patchSize = 224
      stride = 112
      scales = [1]
      gate = .fringes(FringeGateParameters())
      merge = .normalised
    case .biggs2022:
      patchSize = 227
      stride = 56
      scales = [1]
      gate = .data(DataGateParameters())
      merge = .reference
    case .multiscale:
      patchSize = 224
      stride = 144
      scales = [1, 2, 4]
      gate = .fringes(FringeGateParameters())
      merge = .normalised
    }
  }

  /// Description of the first invalid value of a profile from outside; `nil` if it is valid. Only the gate
  /// may differ from the named profile.
  public var problem: String? {
    let own = MethodProfile(name)
    guard patchSize == own.patchSize, stride == own.stride, merge == own.merge, scales == own.scales else {
      return
        "profile \(name.rawValue) has patches of \(own.patchSize) pixels every \(own.stride) pixels at scales "
        + "\(own.scales) and merges by \(own.merge.rawValue), not \(patchSize), \(stride), \(scales) and \(merge.rawValue)"
    }
    switch (gate, own.gate) {
    case (.edges, .fringes):
      return name == .jgr2018 ? gate.problem : "only profile jgr2018 has a gate of Canny edges"
    case (.fringes, .fringes), (.data, .data), (.off, _): return gate.problem
    default: return "profile \(name.rawValue) has another kind of gate"
    }
  }

  /// The method of the 2018 paper.
  public static let jgr2018 = MethodProfile(.jgr2018)
  /// The method of the published sweep.
  public static let biggs2022 = MethodProfile(.biggs2022)
  /// The method with several scales.
  public static let multiscale = MethodProfile(.multiscale)

  /// The patches of an interferogram.
  ///
  /// - Parameters:
  ///   - grid: Size of the interferogram.
  ///   - size: Pixels across a patch; `nil` for ``patchSize``. The stride is scaled alike where patches cover a canvas.
  ///   - alignment: See ``PatchGrid/init(grid:size:stride:alignment:)``.
  /// - Returns: `nil` for an interferogram that is too small.
  public func layout(of grid: Grid, patchSize size: Int? = nil, alignment: Int = 1) -> PatchLayout? {
    let size = size ?? patchSize
    guard usesCanvas else {
      return PatchGrid(grid: grid, size: size, stride: stride, alignment: alignment).map { PatchLayout($0) }
    }
    let step = PatchGrid.latticeStep
    let stride = max(step, self.stride * size / patchSize / step * step)
    return PatchLayout(of: grid, factors: scales, size: size, stride: stride)
  }

  private enum CodingKeys: String, CodingKey {
    case name, patchSize, stride, scales, gate, merge
  }

  /// Decodes a profile; those of earlier versions name no scales.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(Name.self, forKey: .name)
    patchSize = try container.decode(Int.self, forKey: .patchSize)
    stride = try container.decode(Int.self, forKey: .stride)
    scales = try container.decodeIfPresent([Int].self, forKey: .scales) ?? [1]
    gate = try container.decode(GateRule.self, forKey: .gate)
    merge = try container.decode(MergeRule.self, forKey: .merge)
  }

  /// Encodes a profile; one scale is left out, as in earlier versions.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(patchSize, forKey: .patchSize)
    try container.encode(stride, forKey: .stride)
    if scales != [1] { try container.encode(scales, forKey: .scales) }
    try container.encode(gate, forKey: .gate)
    try container.encode(merge, forKey: .merge)
  }
}
