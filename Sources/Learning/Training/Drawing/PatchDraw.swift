import Synthesis

/// One patch of a training batch and its random stream; depends only on the seed, step and slot, not on the
/// thread.
public struct PatchDraw: Sendable {
  /// Index of the patch in its set.
  public let patch: Int
  /// Source of all random numbers that vary the patch.
  public var random: RandomStream
}

/// Draws the patches of each batch, with replacement, with fixed numbers of deforming patches and hard
/// negatives. The draws of a step do not depend on where training was resumed.
struct PatchSampler: Sendable {
  /// Patches of one data set that may be drawn.
  private struct Pool: Sendable {
    var deforming: [Int] = []
    var hard: [Int] = []
    var other: [Int] = []
    var quietCount: Int { hard.count + other.count }
  }

  private let pools: [Pool]
  private let settings: TrainingSettings

  /// - Parameters:
  ///   - patches: The set.
  ///   - chosen: Indices of the patches that may be drawn.
  ///   - dataSets: Data set number of each patch, for the fractions in the settings; empty for one data set.
  ///   - settings: Fractions and seed.
  init(_ patches: LabelledPatches, chosen: [Int], dataSets: [Int] = [], settings: TrainingSettings) {
    let isApart = settings.deformingShares != nil || settings.quietShares != nil
    var pools: [Pool] = []
    for patch in chosen {
      let number = isApart && !dataSets.isEmpty ? dataSets[patch] : 0
      while pools.count <= number { pools.append(Pool()) }
      if patches.deforms[patch] {
        pools[number].deforming.append(patch)
      } else if patches.isHardNegative[patch] {
        pools[number].hard.append(patch)
      } else {
        pools[number].other.append(patch)
      }
    }
    self.pools = pools
    self.settings = settings
  }

  /// The batch of a step, counted from 0 over all epochs.
  func batch(step: Int) -> [PatchDraw] {
    let size = settings.batchSize
    // If one class is missing, the other fills the batch.
    let hasDeforming = pools.contains { !$0.deforming.isEmpty }
    let hasQuiet = pools.contains { $0.quietCount > 0 }
    let wanted = Int((Double(size) * settings.deformingShare).rounded())
    let deformingCount = hasDeforming ? hasQuiet ? wanted : size : 0
    let ofDeforming = Self.counts(
      deformingCount, settings.deformingShares, available: pools.map(\.deforming.count))
    let ofQuiet = Self.counts(size - deformingCount, settings.quietShares, available: pools.map(\.quietCount))
    var lists: [[Int]] = []
    for (pool, count) in zip(pools, ofDeforming) { lists += Array(repeating: pool.deforming, count: count) }
    for (pool, count) in zip(pools, ofQuiet) {
      let hard = hardCount(of: count, in: pool)
      lists += Array(repeating: pool.hard, count: hard) + Array(repeating: pool.other, count: count - hard)
    }
    return lists.enumerated().map { slot, list in
      var random = RandomStream(seed: settings.seed, path: 0xBA7C, UInt64(step), UInt64(slot))
      let index = Int(random.next() % UInt64(list.count))
      return PatchDraw(patch: list[index], random: random)
    }
  }

  private func hardCount(of count: Int, in pool: Pool) -> Int {
    if pool.hard.isEmpty { return 0 }
    if pool.other.isEmpty { return count }
    let fraction = settings.hardShare ?? Double(pool.hard.count) / Double(pool.quietCount)
    return Int((Double(count) * fraction).rounded())
  }

  /// Splits `total` among the pools by the given weights, ignoring empty pools; by pool size without weights,
  /// or if all non-empty pools have weight 0.
  private static func counts(_ total: Int, _ fractions: [Double]?, available: [Int]) -> [Int] {
    let sizes = available.map(Double.init)
    var weights = sizes
    if let fractions {
      weights = available.indices.map { available[$0] > 0 && $0 < fractions.count ? fractions[$0] : 0 }
    }
    if !weights.contains(where: { $0 > 0 }) { weights = sizes }
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return weights.map { _ in 0 } }
    var counts: [Int] = []
    var (done, given) = (0.0, 0)
    for weight in weights {
      done += weight
      let upTo = Int((Double(total) * done / sum).rounded())
      counts.append(upTo - given)
      given = upTo
    }
    return counts
  }
}
