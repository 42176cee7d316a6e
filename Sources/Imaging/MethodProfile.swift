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
  }

  /// Name of the profile.
  public let name: Name
  /// Pixels across a patch.
  public let patchSize: Int
  /// Pixels from one patch to the next; the last row and column of patches are flush with the raster's edge.
  public let stride: Int
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
      gate = .fringes(FringeGateParameters())
      merge = .normalised
    case .biggs2022:
      patchSize = 227
      stride = 56
      gate = .data(DataGateParameters())
      merge = .reference
    }
  }

  /// Description of the first invalid value of a profile from outside; `nil` if it is valid. Only the gate
  /// may differ from the named profile.
  public var problem: String? {
    let own = MethodProfile(name)
    guard patchSize == own.patchSize, stride == own.stride, merge == own.merge else {
      return
        "profile \(name.rawValue) has patches of \(own.patchSize) pixels every \(own.stride) pixels and merges by "
        + "\(own.merge.rawValue), not \(patchSize), \(stride) and \(merge.rawValue)"
    }
    switch (gate, own.gate) {
    case (.fringes, .fringes), (.edges, .fringes), (.data, .data), (.off, _): return gate.problem
    default: return "profile \(name.rawValue) has another kind of gate"
    }
  }

  /// The method of the 2018 paper; the default.
  public static let jgr2018 = MethodProfile(.jgr2018)
  /// The method of the published sweep.
  public static let biggs2022 = MethodProfile(.biggs2022)

  /// The patches of a raster; `nil` if it is smaller than one patch. For `alignment` see
  /// ``PatchGrid/init(grid:size:stride:alignment:)``.
  public func patches(of grid: Grid, alignment: Int = 1) -> PatchGrid? {
    PatchGrid(grid: grid, size: patchSize, stride: stride, alignment: alignment)
  }
}
