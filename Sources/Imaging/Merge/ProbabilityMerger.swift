import Interferometry

/// Merges the patch probabilities of an interferogram into its probability map.
///
/// Weights are products of a row and a column factor, so each row of patches is merged along the columns once
/// and then added to its pixel rows. Sums are in double precision with patches in a fixed order, so equal
/// probabilities give bit-identical maps.
///
/// Owns its scratch memory: use one value per thread.
public final class ProbabilityMerger {
  /// The patches of the raster.
  public let patches: PatchGrid
  /// The rule.
  public let rule: MergeRule
  private let rows: AxisWeights
  private let columns: AxisWeights
  /// Each row of patches merged along the columns: patch rows × width.
  private let across: PixelBuffer<Double>
  private let isZero: PixelBuffer<Bool>
  private let line: PixelBuffer<Double>

  /// Prepares merging for one patch grid.
  public init(patches: PatchGrid, rule: MergeRule) {
    self.patches = patches
    self.rule = rule
    let profile = rule.profile(size: patches.size)
    let normalised = rule == .normalised
    rows = AxisWeights(
      profile: profile, starts: patches.rowStarts, length: patches.coveredHeight, normalised: normalised)
    columns = AxisWeights(
      profile: profile, starts: patches.columnStarts, length: patches.coveredWidth, normalised: normalised)
    across = PixelBuffer(count: patches.rowStarts.count * patches.coveredWidth, repeating: 0)
    isZero = PixelBuffer(count: patches.rowStarts.count, repeating: true)
    line = PixelBuffer(count: patches.coveredWidth, repeating: 0)
  }

  /// Computes the probability map.
  ///
  /// - Parameters:
  ///   - probabilities: One per patch in the patch grid's order, 0…1; 0 for patches that the gate rejected.
  ///   - fractions: One factor per patch, 0…1: the fraction of its pixels whose gray is not 0. Used by
  ///     ``MergeRule/reference`` only; `nil` means 1.
  ///   - map: Receives the probability of each pixel, height × width, row-major, 0…1. Pixels outside all
  ///     patches take the value of the nearest covered pixel.
  public func merge(
    probabilities: UnsafeBufferPointer<Float>, fractions: UnsafeBufferPointer<Float>? = nil,
    into map: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(probabilities.count == patches.count, "each patch has a probability")
    precondition(fractions.map { $0.count == patches.count } ?? true, "each patch has a fraction")
    precondition(map.count == patches.grid.count, "the map fills the raster")
    guard let map = map.baseAddress else { return }
    mergeAcross(probabilities, rule == .reference ? fractions : nil)
    let width = patches.grid.width
    for y in 0..<patches.coveredHeight {
      let target = map + y * width
      if !mergeFewRows(y, into: target) {
        mergeLine(y)
        for x in 0..<patches.coveredWidth { target[x] = Float(line.pointer[x]) }
      }
      for x in patches.coveredWidth..<width { target[x] = target[patches.coveredWidth - 1] }
    }
    let last = map + (patches.coveredHeight - 1) * width
    for y in patches.coveredHeight..<patches.grid.height {
      (map + y * width).update(from: last, count: width)
    }
  }

  private func mergeAcross(_ probabilities: UnsafeBufferPointer<Float>, _ fractions: UnsafeBufferPointer<Float>?) {
    across.fill(0)
    isZero.fill(true)
    let perRow = patches.columnStarts.count
    for patch in 0..<patches.count {
      let value = Double(probabilities[patch]) * Double(fractions.map { $0[patch] } ?? 1)
      if value == 0 { continue }
      let (row, column) = patch.quotientAndRemainder(dividingBy: perRow)
      isZero.pointer[row] = false
      let start = patches.columnStarts[column]
      let weights = columns.weights(of: column)
      let target = across.pointer + row * patches.coveredWidth + start
      for x in 0..<patches.size { target[x] += value * weights[x] }
    }
  }

  /// Computes a pixel row covered by at most two rows of patches, in one pass; same sums in the same order.
  ///
  /// - Returns: whether the row was computed.
  private func mergeFewRows(_ y: Int, into target: UnsafeMutablePointer<Float>) -> Bool {
    guard rule == .normalised else { return false }
    let width = patches.coveredWidth
    var (first, second) = (-1, -1)
    for row in 0..<patches.rowStarts.count where !isZero.pointer[row] {
      let offset = y - patches.rowStarts[row]
      guard offset >= 0, offset < patches.size else { continue }
      guard second < 0 else { return false }
      if first < 0 { first = row } else { second = row }
    }
    guard first >= 0 else {
      target.update(repeating: 0, count: width)
      return true
    }
    let upper = UnsafePointer(across.pointer + first * width)
    let weight = rows.weights(of: first)[y - patches.rowStarts[first]]
    guard second >= 0 else {
      for x in 0..<width { target[x] = Float(weight * upper[x]) }
      return true
    }
    let lower = UnsafePointer(across.pointer + second * width)
    let other = rows.weights(of: second)[y - patches.rowStarts[second]]
    for x in 0..<width { target[x] = Float(weight * upper[x] + other * lower[x]) }
    return true
  }

  private func mergeLine(_ y: Int) {
    let width = patches.coveredWidth
    let line = self.line.pointer
    line.update(repeating: 0, count: width)
    for row in 0..<patches.rowStarts.count where !isZero.pointer[row] {
      let offset = y - patches.rowStarts[row]
      guard offset >= 0, offset < patches.size else { continue }
      let weight = rows.weights(of: row)[offset]
      let source = across.pointer + row * width
      for x in 0..<width { line[x] += weight * source[x] }
    }
    if rule == .reference {
      let rowTotal = rows.totals.pointer[y]
      let totals = columns.totals.pointer
      for x in 0..<width { line[x] /= MergeRule.baseWeight + rowTotal * totals[x] }
    }
  }
}

/// Weights of the patches along one axis.
private final class AxisWeights {
  /// Sum of the profiles of all patches that cover a pixel.
  let totals: PixelBuffer<Double>
  private let table: PixelBuffer<Double>
  private let size: Int

  /// If `normalised`, divides by the total at each pixel. Since rows and columns factor, this divides their
  /// product by the sum of weights.
  init(profile: [Double], starts: [Int], length: Int, normalised: Bool) {
    size = profile.count
    totals = PixelBuffer(count: length, repeating: 0)
    table = PixelBuffer(count: starts.count * profile.count, repeating: 0)
    for start in starts {
      for (offset, value) in profile.enumerated() { totals.pointer[start + offset] += value }
    }
    for (index, start) in starts.enumerated() {
      for (offset, value) in profile.enumerated() {
        table.pointer[index * size + offset] = normalised ? value / totals.pointer[start + offset] : value
      }
    }
  }

  func weights(of patch: Int) -> UnsafePointer<Double> { UnsafePointer(table.pointer + patch * size) }
}
