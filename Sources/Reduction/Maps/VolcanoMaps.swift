import Detection
import Imaging
import Interferometry
import Ledger
import RasterIO

/// The maps of one volcano, made from the patch probabilities of its interferograms.
public enum VolcanoMaps {
  /// Merges and gathers the probability maps of one volcano on the grid of its first frame by name.
  ///
  /// - Parameters:
  ///   - interferograms: by frame, then dates.
  ///   - stacks: the sweep's stacks by number.
  ///   - rule: how the sweep cut its patches.
  /// - Returns: `nil` when none was scored.
  /// - Throws: ``ReductionError`` when probabilities do not fit the patches that the rule cuts.
  public static func gather(
    _ interferograms: [JudgedInterferogram], stacks: [Int: PlannedStack], rule: PatchRule
  ) throws -> ProbabilityStatistics? {
    guard let first = interferograms.first.flatMap({ stacks[$0.stack] }) else { return nil }
    var statistics = ProbabilityStatistics(grid: first.grid, geoTransform: first.geoTransform)
    var frame: FrameMaps?
    var isEmpty = true
    for interferogram in interferograms {
      guard case .scored(let result) = interferogram.outcome, let stack = stacks[interferogram.stack] else {
        continue
      }
      isEmpty = false
      if frame?.stack != interferogram.stack {
        frame?.end(&statistics)
        frame = try FrameMaps(interferogram.stack, planned: stack, target: first, rule: rule)
      }
      try frame?.add(result, of: interferogram.id)
    }
    frame?.end(&statistics)
    return isEmpty ? nil : statistics
  }
}
