import Detection
import Imaging
import Interferometry
import Ledger
import RasterIO
import SweepRecords

/// The maps of one volcano, computed from the patch probabilities of its interferograms.
public enum VolcanoMaps {
  /// Merges and accumulates the probability maps of one volcano on the grid of its first frame by name.
  ///
  /// - Parameters:
  ///   - interferograms: by frame, then dates.
  ///   - stacks: the sweep's stacks by number.
  ///   - rule: how the sweep divides a raster into patches.
  ///   - masks: the interferograms' data masks.
  /// - Returns: `nil` if none was scored.
  /// - Throws: ``ReductionError`` if the number of probabilities differs from the number of patches, or errors
  ///   of loading a mask.
  public static func gather(
    _ interferograms: [InterferogramWithOutcome], stacks: [Int: PlannedStack], rule: PatchRule,
    masks: VolcanoMasks = .unknown
  ) throws -> ProbabilityStatistics? {
    guard let first = interferograms.first.flatMap({ stacks[$0.stack] }) else { return nil }
    var statistics = ProbabilityStatistics(grid: first.grid, geoTransform: first.geoTransform)
    var frames: [FrameMaps] = []
    for interferogram in interferograms {
      guard case .scored(let result) = interferogram.outcome, let stack = stacks[interferogram.stack] else {
        continue
      }
      if frames.last?.stack != interferogram.stack {
        frames.append(
          try FrameMaps(interferogram.stack, planned: stack, target: first, rule: rule, masks: masks))
      }
      try frames[frames.count - 1].add(result, of: interferogram.id, mask: masks.numbers[interferogram.number])
    }
    guard !frames.isEmpty else { return nil }
    for frame in frames { try frame.count(in: &statistics) }
    statistics.endCounting()
    for index in frames.indices { try frames[index].end(&statistics) }
    return statistics
  }
}
