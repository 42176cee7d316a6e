import Detection
import Imaging
import Interferometry
import Ledger

/// Gathers the interferograms of one frame.
///
/// A merge is linear in the probabilities, so that the mean of the maps is the map of the mean probabilities and takes
/// one merge a frame. Maxima and counts take one an interferogram, but only where no pixel can be passed over: a map is
/// nowhere above the highest of its patches. Those with the highest patch come first, so that most need none.
struct FrameMaps {
  let stack: Int
  private let patches: PatchGrid
  private let merger: ProbabilityMerger
  private let alignment: GridAlignment
  private var map: [Float]
  /// Of each row of the target the lowest of the maxima so far, inside of this frame.
  private var lowest: [Float]
  private var lowestOfAll: Float = 0
  /// Of each patch over the interferograms so far.
  private var sums: [Double]
  private var interferograms = 0
  /// What each may raise the maxima to at most, and its patches, NaN where the gate said background.
  private var waiting: [(bound: Float, probabilities: [Float])] = []

  /// - Throws: ``ReductionError`` when the frame is too small for a patch.
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
    lowest = [Float](repeating: 0, count: target.grid.height)
    sums = [Double](repeating: 0, count: patches.count)
  }

  /// - Throws: ``ReductionError`` when the probabilities do not fit the patches.
  mutating func add(_ result: DetectionResult, of id: InterferogramID) throws {
    guard result.patchProbabilities.count == patches.count else {
      throw ReductionError.patchesDoNotFit(
        interferogram: id.description,
        detail: "\(result.patchProbabilities.count) probabilities for \(patches.count) patches")
    }
    interferograms += 1
    var highest: Float = 0
    for (patch, probability) in result.patchProbabilities.enumerated() where !probability.isNaN {
      sums[patch] += Double(probability)
      highest = max(highest, probability)
    }
    // A rounding above the highest patch is the most that a merge can give.
    if highest > 0 { waiting.append((highest.nextUp, result.patchProbabilities)) }
  }

  /// Brings what was added into the statistics.
  mutating func end(_ statistics: inout ProbabilityStatistics) {
    waiting.sort { $0.bound > $1.bound }
    for (bound, probabilities) in waiting {
      // None of those that follow has more.
      guard bound > min(lowestOfAll, 0.5) else { break }
      merge(probabilities.map { $0.isNaN ? 0 : $0 })
      map.withUnsafeBufferPointer { map in
        guard let map = map.baseAddress else { return }
        raise(map, bound: bound, in: &statistics)
      }
    }
    waiting = []
    addMean(to: &statistics)
  }

  /// Adds what needs one merge for all of them.
  private mutating func addMean(to statistics: inout ProbabilityStatistics) {
    guard interferograms > 0 else { return }
    guard sums.contains(where: { $0 != 0 }) else {
      return statistics.add(interferograms, mean: nil, aligned: alignment)
    }
    merge(sums.map { Float($0 / Double(interferograms)) })
    map.withUnsafeBufferPointer { statistics.add(interferograms, mean: $0, aligned: alignment) }
  }

  private mutating func merge(_ probabilities: [Float]) {
    map.withUnsafeMutableBufferPointer { map in
      probabilities.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
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
