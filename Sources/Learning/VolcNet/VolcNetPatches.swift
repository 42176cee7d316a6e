import Foundation
import Imaging
import Interferometry
import Synthesis

/// Labelled patches of interferograms computed from a displacement series, with labels from VolcNet's
/// episodes.
public struct VolcNetPatches: Sendable {
  /// Pixels across a patch.
  public var side = 224
  /// Pixels from one patch to the next.
  public var stride = 112
  /// The gate; patches that it rejects are left out. `nil` takes all patches.
  public var gate: GateRule? = MethodProfile.jgr2018.gate
  /// Number of date pairs to draw; all pairs if there are fewer.
  public var pairs = 200
  /// Whether half of the pairs run backwards in time.
  public var runsBackward = true
  /// Longest time span, days.
  public var longestDays = 730
  /// Seed for drawing the pairs.
  public var seed: UInt64 = 1
  /// Factor on the number of fringes: displacements are unwrapped, so they can be wrapped at any rate.
  public var fringeRate: Float = 1

  public init() {}

  /// The drawn pairs of dates, in random order.
  public func draw(from dates: [AcquisitionDate]) -> [DatePair] {
    var all: [DatePair] = []
    for first in dates.indices {
      for last in dates.indices.dropFirst(first + 1)
      where dates[last].daysSince1970 - dates[first].daysSince1970 <= longestDays {
        all.append(DatePair(primary: dates[first], secondary: dates[last]))
        if runsBackward { all.append(DatePair(primary: dates[last], secondary: dates[first])) }
      }
    }
    var stream = RandomStream(seed: seed, path: 0)
    return Array(all.shuffled(using: &stream).prefix(pairs))
  }

  /// Cuts the patches of the drawn interferograms.
  ///
  /// - Parameters:
  ///   - series: The displacements.
  ///   - episodes: The deformation episodes.
  ///   - place: Place name of all patches.
  /// - Returns: the patches, and how many were rejected by the gate or show too little of a deformation.
  /// - Throws: `StackError` for a damaged file, ``DataSetError`` for a raster smaller than a patch.
  public func read(
    _ series: DisplacementSeries, episodes: [DeformationEpisode], place: String
  ) throws -> (patches: LabelledPatches, count: SyntheticPatches.Count) {
    guard let cutter = PatchCutter(grid: series.grid, side: side, stride: stride, gate: gate) else {
      throw DataSetError(file: series.path, problem: "has \(series.grid) pixels, fewer than a patch of \(side)")
    }
    var builder = PatchSetBuilder(side: side)
    var count = SyntheticPatches.Count()
    for pair in draw(from: series.dates) {
      let label = PairLabel(of: pair, in: episodes)
      let mask = label.deforms ? label.mask(on: series.grid, series.geoTransform) : nil
      let total = mask?.count { $0 != 0 } ?? 0
      let phase = PhaseWarp.wrapped(try series.unwrappedPhase(of: pair), fringeRate: fringeRate)
      count.gated += cutter.forEachPatch(phase: phase, coherence: nil) { patch in
        let window = mask.map { cutter.window(of: $0, patch) }
        switch MaskLabel(inside: window?.count { $0 != 0 } ?? 0, of: total, area: side * side) {
        case .leftOut: count.unclear += 1
        case let answer:
          builder.add(
            cutter.gray(of: patch), deforms: answer == .deforms, place: place,
            box: window.flatMap { PatchBox(around: $0, side: side) },
            source: label.sources.joined(separator: "+"), origin: "\(place)_\(pair)")
        }
      }
    }
    return (try builder.patches(), count)
  }
}
