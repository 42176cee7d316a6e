import Interferometry
import Ledger
import SweepRecords

/// Text attributes of a volcano's maps that describe the interferograms behind them.
enum MapTags {
  /// - Parameters:
  ///   - interferograms: the volcano's interferograms, by frame, then dates.
  ///   - stacks: the sweep's stacks by number.
  ///   - masks: the interferograms' data masks.
  /// - Returns: values by attribute.
  static func tags(
    _ interferograms: [InterferogramWithOutcome], stacks: [Int: PlannedStack], masks: VolcanoMasks
  ) -> [String: String] {
    guard let target = interferograms.first.flatMap({ stacks[$0.stack] }) else { return [:] }
    var frames: [Int: Frame] = [:]
    var order: [Int] = []
    var known = 0
    var scored = 0
    for interferogram in interferograms {
      guard case .scored = interferogram.outcome, let stack = stacks[interferogram.stack] else { continue }
      scored += 1
      if masks.numbers[interferogram.number] != nil { known += 1 }
      if frames[interferogram.stack] == nil { order.append(interferogram.stack) }
      let pair = interferogram.id.pair
      frames[interferogram.stack, default: Frame(stack: stack, first: pair.primary, last: pair.primary)].add(pair)
    }
    var tags: [String: String] = [:]
    let all = order.compactMap { frames[$0] }
    tags["GRID_FRAME"] = target.frame
    tags["FRAMES"] = all.map(\.stack.frame).joined(separator: ", ")
    tags["START_DATE"] = all.map(\.first).min()?.iso8601
    tags["END_DATE"] = all.map(\.last).max()?.iso8601
    for frame in all { tags["FRAME_\(frame.stack.frame)"] = frame.text(on: target) }
    tags["RESAMPLING"] =
      all.allSatisfy { $0.hasGrid(of: target) } ? "none" : "nearest neighbour onto the grid of \(target.frame)"
    tags["DATA_MASKS"] =
      "\(known) of \(scored) interferograms"
      + (known == scored
        ? "" : "; the others count at every pixel of their raster, because their valid pixels are not known")
    return tags
  }

  private struct Frame {
    let stack: PlannedStack
    var count = 0
    var first: AcquisitionDate
    var last: AcquisitionDate

    mutating func add(_ pair: DatePair) {
      count += 1
      first = min(first, pair.primary, pair.secondary)
      last = max(last, pair.primary, pair.secondary)
    }

    func hasGrid(of target: PlannedStack) -> Bool {
      stack.grid == target.grid && stack.geoTransform == target.geoTransform
    }

    func text(on target: PlannedStack) -> String {
      "\(count) \(count == 1 ? "interferogram" : "interferograms") from \(first.iso8601) to \(last.iso8601), "
        + (hasGrid(of: target)
          ? "on its own grid" : "resampled by nearest neighbour onto the grid of \(target.frame)")
    }
  }
}
