import Foundation
import Imaging
import Interferometry
import Synthesis

/// Labelled patches of interferograms between dates of a displacement series, by VolcNet's episodes.
public struct VolcNetPatches: Sendable {
  public var side = 224
  public var stride = 112
  /// Patches that it holds back are left out; `nil` takes all.
  public var gate: GateRule? = MethodProfile.jgr2018.gate
  /// How many pairs of dates to draw; all where there are fewer.
  public var pairs = 200
  /// Whether pairs run backwards as often as forwards.
  public var runsBackward = true
  /// The longest span, days.
  public var longestDays = 730
  public var seed: UInt64 = 1
  /// Fringes for one fringe: displacements are unwrapped, so they may be wrapped at any rate.
  public var fringeRate: Float = 1

  public init() {}

  /// The pairs that are drawn from a series' dates, in an order of their own.
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

  /// - Parameters:
  ///   - series: The displacements.
  ///   - episodes: What moved when.
  ///   - place: The name that splits keep together.
  /// - Returns: the patches, how many the gate held back, and how many show too little of a deformation.
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
