import Interferometry

/// The named set of rules from gray image to probability map that a sweep records. The papers and the published
/// code differ, so the method has a name.
public struct MethodProfile: Hashable, Sendable, Codable {
  /// The profiles there are.
  public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
    /// The paper: Anantrasirichai et al. 2018, 10.1029/2018JB015911.
    case jgr2018
    /// The code behind the five-year sweep: Biggs et al. 2022, 10.1007/s00445-022-01608-x.
    case biggs2022
  }

  public let name: Name
  /// Pixels across a patch.
  public let patchSize: Int
  /// Pixels from one patch to the next; the last row and column of patches are flush with the edge.
  public let stride: Int
  /// The gate. Its settings may be the job's, and so may its kind: none at all, and under `jgr2018` that of sweeps of
  /// earlier versions.
  public var gate: GateRule
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

  /// What is wrong with a profile that somebody else sent, in words; `nil` where nothing is. Only the gate
  /// may differ from what the name stands for.
  public var problem: String? {
    let own = MethodProfile(name)
    guard patchSize == own.patchSize, stride == own.stride, merge == own.merge else {
      return "profile \(name.rawValue) has patches of \(own.patchSize) pixels each \(own.stride) and merges by "
        + "\(own.merge.rawValue), not \(patchSize), \(stride) and \(merge.rawValue)"
    }
    switch (gate, own.gate) {
    case (.fringes, .fringes), (.edges, .fringes), (.data, .data), (.off, _): return gate.problem
    default: return "profile \(name.rawValue) has another kind of gate"
    }
  }

  /// The paper's method, the default.
  public static let jgr2018 = MethodProfile(.jgr2018)
  /// The published sweep's method.
  public static let biggs2022 = MethodProfile(.biggs2022)

  /// The patches of a raster; `nil` where it is smaller than one patch. For `alignment` see
  /// ``PatchGrid/init(grid:size:stride:alignment:)``.
  public func patches(of grid: Grid, alignment: Int = 1) -> PatchGrid? {
    PatchGrid(grid: grid, size: patchSize, stride: stride, alignment: alignment)
  }
}
