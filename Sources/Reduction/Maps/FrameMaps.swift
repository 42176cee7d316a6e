import Detection
import Imaging
import Interferometry
import SweepRecords

/// Gathers the interferograms of one frame.
///
/// A merge is linear in the probabilities, so that the mean of maps is the map of the mean probabilities and takes one
/// merge for all interferograms that have data at the same pixels. Maxima and counts take one an interferogram, but only
/// where no pixel can be passed over: a map is nowhere above the highest of its patches. Those with the highest patch
/// come first, so that most need none.
///
/// First all interferograms are added, then ``count(in:)`` is called for every frame, and then ``end(_:)``.
struct FrameMaps {
  let stack: Int
  private let patches: PatchGrid
  private let merger: ProbabilityMerger
  private let alignment: GridAlignment
  private let mask: ExpandedMask
  private var map: [Float]
  /// Of each row of the target the lowest of the maxima so far, inside of this frame.
  private var lowest: [Float]
  private var lowestOfAll: Float = 0
  /// The interferograms that have data at the same pixels, in the order of the first of each.
  private var groups: [Group] = []
  private var groupOfMask: [Int?: Int] = [:]
  /// What each may raise the maxima to at most, its patches, NaN where the gate said background, and its mask.
  private var waiting: [(bound: Float, probabilities: [Float], mask: Int?)] = []

  private struct Group {
    let mask: Int?
    /// Of each patch over the interferograms so far.
    var sums: [Double]
    var interferograms = 0
  }

  /// - Throws: ``ReductionError`` when the frame is too small for a patch.
  init(
    _ stack: Int, planned: PlannedStack, target: PlannedStack, rule: PatchRule, masks: VolcanoMasks
  ) throws {
    guard let patches = rule.patches(of: planned.grid) else {
      throw ReductionError.patchesDoNotFit(
        interferogram: planned.file, detail: "a raster of \(planned.grid) has no patch of \(rule.patchSize)")
    }
    self.stack = stack
    self.patches = patches
    merger = ProbabilityMerger(patches: patches, rule: rule.profile.merge)
    alignment = GridAlignment(
      of: target.grid, at: target.geoTransform, on: planned.grid, at: planned.geoTransform)
    mask = ExpandedMask(masks, grid: planned.grid)
    map = [Float](repeating: 0, count: planned.grid.count)
    lowest = [Float](repeating: 0, count: target.grid.height)
  }

  /// - Parameters:
  ///   - result: an interferogram's.
  ///   - id: its name, for messages.
  ///   - mask: the number of its mask; `nil` where it is not known.
  /// - Throws: ``ReductionError`` when the probabilities do not fit the patches.
  mutating func add(_ result: DetectionResult, of id: InterferogramID, mask: Int?) throws {
    guard result.patchProbabilities.count == patches.count else {
      throw ReductionError.patchesDoNotFit(
        interferogram: id.description,
        detail: "\(result.patchProbabilities.count) probabilities for \(patches.count) patches")
    }
    let group = groupOfMask[mask] ?? groups.count
    if group == groups.count {
      groupOfMask[mask] = group
      groups.append(Group(mask: mask, sums: [Double](repeating: 0, count: patches.count)))
    }
    groups[group].interferograms += 1
    var highest: Float = 0
    for (patch, probability) in result.patchProbabilities.enumerated() where !probability.isNaN {
      groups[group].sums[patch] += Double(probability)
      highest = max(highest, probability)
    }
    // A rounding above the highest patch is the most that a merge can give.
    if highest > 0 { waiting.append((highest.nextUp, result.patchProbabilities, mask)) }
  }

  /// Counts what was added.
  ///
  /// - Throws: what loading a mask throws.
  func count(in statistics: inout ProbabilityStatistics) throws {
    for group in groups {
      statistics.count(group.interferograms, mask: try mask(group.mask), aligned: alignment)
    }
  }

  /// Brings what was added into the maxima and means.
  ///
  /// - Throws: what loading a mask throws.
  mutating func end(_ statistics: inout ProbabilityStatistics) throws {
    waiting.sort { $0.bound > $1.bound }
    for (bound, probabilities, mask) in waiting {
      // None of those that follow has more.
      guard bound > min(lowestOfAll, 0.5) else { break }
      try merge(probabilities.map { $0.isNaN ? 0 : $0 }, mask)
      map.withUnsafeBufferPointer { map in
        guard let map = map.baseAddress else { return }
        raise(map, bound: bound, in: &statistics)
      }
    }
    waiting = []
    for group in groups where group.sums.contains(where: { $0 != 0 }) {
      try merge(group.sums.map { Float($0 / Double(group.interferograms)) }, group.mask)
      map.withUnsafeBufferPointer { statistics.add(group.interferograms, mean: $0, aligned: alignment) }
    }
  }

  /// Merges into ``map``, which is 0 where there is no data.
  private mutating func merge(_ probabilities: [Float], _ number: Int?) throws {
    map.withUnsafeMutableBufferPointer { map in
      probabilities.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
    }
    guard let mask = try self.mask(number) else { return }
    map.withUnsafeMutableBufferPointer { map in
      for pixel in 0..<map.count where mask[pixel] == 0 { map[pixel] = 0 }
    }
  }

  private mutating func raise(
    _ map: UnsafePointer<Float>, bound: Float, in statistics: inout ProbabilityStatistics
  ) {
    let widest = alignment.runs.map(\.columns.count).max() ?? 1
    withUnsafeTemporaryAllocation(of: Float.self, capacity: widest) { gathered in
      guard let line = gathered.baseAddress else { return }
      for row in lowest.indices where alignment.rows[row] >= 0 && bound > min(lowest[row], 0.5) {
        let source = map + alignment.rows[row] * alignment.sourceWidth
        var least: Float = 1
        for run in alignment.runs {
          if let first = run.firstOfUnbroken {
            least = min(least, statistics.raise(source + first, row: row, columns: run.columns))
          } else {
            for (index, column) in run.columns.enumerated() { line[index] = source[alignment.columns[column]] }
            least = min(least, statistics.raise(line, row: row, columns: run.columns))
          }
        }
        lowest[row] = least
      }
    }
    lowestOfAll = lowest.indices.reduce(Float.infinity) { alignment.rows[$1] >= 0 ? min($0, lowest[$1]) : $0 }
  }
}
