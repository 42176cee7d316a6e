import Detection
import Imaging
import Interferometry
import SweepRecords

/// Accumulates the maps of one frame's interferograms.
///
/// With one scale merging is linear in the probabilities, so the mean of maps is the map of the mean probabilities, and
/// one merge serves all interferograms with the same data mask. Maxima and counts need one merge per interferogram,
/// but a map never exceeds its highest patch, so an interferogram that cannot change any pixel is skipped.
/// Interferograms are processed by decreasing highest patch, so that most are skipped.
///
/// The maximum over several scales is not linear, so there each interferogram is merged. But one with a map of its source
/// adds that map instead, scaled so that its
/// maximum is Pmax. These maps are added cell by cell and expanded to pixels once for each data mask.
///
/// Add all interferograms first, then call ``count(in:)`` for every frame, then ``end(_:)``.
struct FrameMaps {
  let stack: Int
  private let patches: FramePatches
  private let grid: Grid
  private let merger: ScaleMerger
  private let alignment: GridAlignment
  private let mask: ExpandedMask
  private var map: [Float]
  /// The lowest maximum so far in each row of the target, within this frame.
  private var lowest: [Float]
  private var lowestOfAll: Float = 0
  /// Interferograms grouped by data mask, in the order of each group's first one.
  private var groups: [Group] = []
  private var groupOfMask: [Int?: Int] = [:]
  /// Upper bound of each one's map, what it is made from, and its mask.
  private var waiting: [(bound: Float, origin: Origin, mask: Int?)] = []

  /// What an interferogram's map is made from.
  private enum Origin {
    /// Of all scales; NaN if the gate rejected the patch.
    case patches([Float])
    case source(ScaledSource)
  }

  private struct Group {
    let mask: Int?
    /// Sum over the interferograms so far, by patch; 0 with several scales.
    var sums: [Double]
    /// Sum over the maps of sources so far, by cell; empty if there are none.
    var cells: [Double] = []
    var interferograms = 0
  }

  private var isLinear: Bool { patches.layout.scales.count == 1 }

  /// - Throws: ``ReductionError`` if the frame is too small for a patch.
  init(
    _ stack: Int, planned: PlannedStack, target: PlannedStack, rule: PatchRule, masks: VolcanoMasks
  ) throws {
    guard let patches = FramePatches(rule, of: planned.grid) else {
      throw ReductionError.patchesDoNotFit(
        interferogram: planned.file, detail: "a raster of \(planned.grid) has no patch of \(rule.patchSize)")
    }
    self.init(stack, patches: patches, planned: planned, target: target, merge: rule.profile.merge, masks: masks)
  }

  init(
    _ stack: Int, patches: FramePatches, planned: PlannedStack, target: PlannedStack, merge: MergeRule,
    masks: VolcanoMasks
  ) {
    self.stack = stack
    self.patches = patches
    grid = planned.grid
    merger = ScaleMerger(layout: patches.layout, rule: merge)
    alignment = GridAlignment(
      of: target.grid, at: target.geoTransform, on: planned.grid, at: planned.geoTransform)
    mask = ExpandedMask(masks, grid: planned.grid)
    map = [Float](repeating: 0, count: planned.grid.count)
    lowest = [Float](repeating: 0, count: target.grid.height)
  }

  /// - Parameters:
  ///   - result: an interferogram's result.
  ///   - id: its name, for messages.
  ///   - mask: the number of its mask; `nil` if unknown.
  /// - Throws: ``ReductionError`` if the number of probabilities differs from the number of patches, or the map of
  ///   the source has other cells than the raster.
  mutating func add(_ result: DetectionResult, of id: InterferogramID, mask: Int?) throws {
    guard result.patchProbabilities.count == patches.layout.count else {
      throw ReductionError.patchesDoNotFit(
        interferogram: id.description,
        detail: "\(result.patchProbabilities.count) probabilities for \(patches.layout.count) patches")
    }
    let group = groupOfMask[mask] ?? groups.count
    if group == groups.count {
      groupOfMask[mask] = group
      groups.append(Group(mask: mask, sums: [Double](repeating: 0, count: patches.layout.count)))
    }
    groups[group].interferograms += 1
    if patches.usesSources, let map = result.sourceMap {
      try add(map, of: id, highest: result.maximumProbability, mask: mask, to: group)
    } else {
      add(result.patchProbabilities, mask: mask, to: group)
    }
  }

  private mutating func add(_ probabilities: [Float], mask: Int?, to group: Int) {
    var highest: Float = 0
    for (patch, probability) in probabilities.enumerated() where !probability.isNaN {
      if isLinear { groups[group].sums[patch] += Double(probability) }
      highest = max(highest, probability)
    }
    // Rounding may lift a merge above its highest patch by one unit in the last place.
    if highest > 0 { waiting.append((highest.nextUp, .patches(probabilities), mask)) }
  }

  private mutating func add(
    _ map: SourceMap, of id: InterferogramID, highest: Float, mask: Int?, to group: Int
  ) throws {
    guard map.covers(grid) else {
      throw ReductionError.patchesDoNotFit(
        interferogram: id.description,
        detail: "a map of the source of \(map.rows) × \(map.columns) cells on \(grid) pixels")
    }
    guard let source = ScaledSource(map, highest: highest) else { return }
    if groups[group].cells.isEmpty { groups[group].cells = [Double](repeating: 0, count: map.values.count) }
    for (cell, value) in map.values.enumerated() where value > 0 {
      groups[group].cells[cell] += Double(source.table[Int(value)])
    }
    waiting.append((highest.nextUp, .source(source), mask))
  }

  /// Counts the added interferograms at the pixels where they have data.
  ///
  /// - Throws: errors of loading a mask.
  func count(in statistics: inout ProbabilityStatistics) throws {
    for group in groups {
      statistics.count(group.interferograms, mask: try mask(group.mask), aligned: alignment)
    }
  }

  /// Adds the interferograms to maxima, counts of high probabilities and means.
  ///
  /// - Throws: errors of loading a mask.
  mutating func end(_ statistics: inout ProbabilityStatistics) throws {
    waiting.sort { $0.bound > $1.bound }
    for (bound, origin, mask) in waiting {
      let addsItsMean = if case .patches = origin { !isLinear } else { false }
      // All further ones have a lower bound.
      let changesMaxima = bound > min(lowestOfAll, 0.5)
      guard changesMaxima || addsItsMean else {
        if isLinear { break }
        continue
      }
      switch origin {
      case .patches(let probabilities): try merge(probabilities.map { $0.isNaN ? 0 : $0 }, mask)
      case .source(let source): try expand(columns: source.map.columns, mask) { source.probability(ofCell: $0) }
      }
      map.withUnsafeBufferPointer { map in
        if addsItsMean { statistics.add(1, mean: map, aligned: alignment) }
        guard let map = map.baseAddress, changesMaxima else { return }
        raise(map, bound: bound, in: &statistics)
      }
    }
    waiting = []
    for group in groups where group.sums.contains(where: { $0 != 0 }) {
      try merge(group.sums.map { Float($0 / Double(group.interferograms)) }, group.mask)
      map.withUnsafeBufferPointer { statistics.add(group.interferograms, mean: $0, aligned: alignment) }
    }
    for group in groups where !group.cells.isEmpty {
      let columns = SourceMap(grid: grid).columns
      try expand(columns: columns, group.mask) { Float(group.cells[$0] / Double(group.interferograms)) }
      map.withUnsafeBufferPointer { statistics.add(group.interferograms, mean: $0, aligned: alignment) }
    }
  }

  /// Gives each pixel of ``map`` the value of its cell, and 0 where there is no data.
  private mutating func expand(columns: Int, _ number: Int?, value: (_ cell: Int) -> Float) throws {
    let width = grid.width
    map.withUnsafeMutableBufferPointer { map in
      for row in 0..<grid.height {
        let line = UnsafeMutableBufferPointer(rebasing: map[row * width..<(row + 1) * width])
        guard row % SourceMap.cellSize > 0 else {
          let first = row / SourceMap.cellSize * columns
          for column in 0..<width { line[column] = value(first + column / SourceMap.cellSize) }
          continue
        }
        // The row above is in the same cells.
        for column in 0..<width { line[column] = map[(row - 1) * width + column] }
      }
    }
    try clearNoData(number)
  }

  /// Merges into ``map``, which becomes 0 where there is no data.
  private mutating func merge(_ probabilities: [Float], _ number: Int?) throws {
    map.withUnsafeMutableBufferPointer { map in
      _ = probabilities.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
    }
    try clearNoData(number)
  }

  private mutating func clearNoData(_ number: Int?) throws {
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
