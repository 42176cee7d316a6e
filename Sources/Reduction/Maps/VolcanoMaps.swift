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
        frame = try FrameMaps(interferogram.stack, planned: stack, target: first, rule: rule)
      }
      try frame?.add(result, of: interferogram.id, to: &statistics)
    }
    return isEmpty ? nil : statistics
  }
}

/// What the interferograms of one frame share.
private struct FrameMaps {
  let stack: Int
  private let patches: PatchGrid
  private let merger: ProbabilityMerger
  private let alignment: GridAlignment
  private var map: [Float]

  init(_ stack: Int, planned: PlannedStack, target: PlannedStack, rule: PatchRule) throws {
    guard let patches = rule.patches(of: planned.grid) else {
      throw ReductionError.patchesDoNotFit(
        interferogram: planned.file, detail: "a raster of \(planned.grid) has no patch of \(rule.patchSize)")
    }
    self.stack = stack
    self.patches = patches
    merger = ProbabilityMerger(patches: patches, rule: rule.profile.merge)
    alignment = GridAlignment(
      of: target.grid, at: target.geoTransform, on: planned.grid, at: planned.geoTransform)
    map = [Float](repeating: 0, count: planned.grid.count)
  }

  mutating func add(
    _ result: DetectionResult, of id: InterferogramID, to statistics: inout ProbabilityStatistics
  ) throws {
    guard result.patchProbabilities.count == patches.count else {
      throw ReductionError.patchesDoNotFit(
        interferogram: id.description,
        detail: "\(result.patchProbabilities.count) probabilities for \(patches.count) patches")
    }
    let probabilities = result.patchProbabilities.map { $0.isNaN ? 0 : $0 }
    guard probabilities.contains(where: { $0 != 0 }) else {
      statistics.add(nil, aligned: alignment)
      return
    }
    map.withUnsafeMutableBufferPointer { map in
      probabilities.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
    }
    map.withUnsafeBufferPointer { statistics.add($0, aligned: alignment) }
  }
}
