import Foundation
import Interferometry

/// Merges what the network sees in overlapping patches of all scales into one map of the source, and finds the
/// place of greatest displacement.
///
/// At each cell of ``SourceMap`` the patches' values a are averaged with weights w·P⁴: w is the Gaussian of the
/// merge, P the patch's probability, so patches that see no source hardly count. The mean times the interferogram's
/// probability at that cell is the map. The place is the centroid of the heat, merged likewise, around its
/// maximum, moved to the nearest pixel with data.
///
/// Owns its scratch memory, so one value serves one thread.
public final class SourceMerger {
  /// Patches below this probability do not count.
  public static let leastProbability: Float = 0.05

  /// What is found.
  public struct Source: Hashable, Sendable {
    /// Mean of the patches' areas × probability of the interferogram's map, for cells that have data.
    public var map: SourceMap
    /// The place of greatest displacement, a pixel with data; `nil` if no cell with data has heat.
    public var place: ProbabilityPeak.Place?
  }

  private let layout: PatchLayout
  private let cells: Int
  /// Pixels across what the network sees of a patch, and from the patch's edge to it.
  private let inputSize: Int
  private let inset: Int
  private let rows: Int
  private let columns: Int
  private var weights: [Float]
  private var area: [Float]
  private var heat: [Float]

  /// - Parameters:
  ///   - layout: The patches of all scales.
  ///   - inputSize: Pixels across the network's input, the central window of each patch.
  ///   - cells: Cells across the network's input.
  public init(layout: PatchLayout, inputSize: Int, cells: Int) {
    self.layout = layout
    self.cells = cells
    self.inputSize = inputSize
    inset = layout.scales[0].patches.centralWindow(inputSize: inputSize) ?? 0
    let map = SourceMap(grid: layout.grid)
    (rows, columns) = (map.rows, map.columns)
    weights = [Float](repeating: 0, count: rows * columns)
    area = weights
    heat = weights
  }

  /// Merges the patches of one interferogram.
  ///
  /// - Parameters:
  ///   - sources: Patches of at least ``leastProbability``, in any order.
  ///   - probabilities: One per patch of the layout.
  ///   - map: The interferogram's probability map, row-major.
  ///   - valid: Its pixels with data.
  /// - Returns: `nil` if no patch counts.
  public func merge(
    _ sources: [PatchSource], probabilities: UnsafeBufferPointer<Float>, map: UnsafeBufferPointer<Float>,
    valid: ValidPixels
  ) -> Source? {
    precondition(map.count == layout.grid.count && valid.grid == layout.grid, "the map fills the interferogram")
    guard !sources.isEmpty else { return nil }
    for cell in weights.indices { (weights[cell], area[cell], heat[cell]) = (0, 0, 0) }
    for source in sources.sorted(by: { $0.patch < $1.patch }) { add(source, probabilities[source.patch]) }
    var result = SourceMap(grid: layout.grid)
    for row in 0..<rows {
      for column in 0..<columns {
        let cell = row * columns + column
        let pixel = centre(row, column)
        guard weights[cell] > 0, hasData(row, column, valid) else {
          heat[cell] = 0
          continue
        }
        let probability = map[pixel.row * layout.grid.width + pixel.column]
        heat[cell] *= probability / weights[cell]
        result.values[cell] = UInt8((min(max(area[cell] / weights[cell] * probability, 0), 1) * 255).rounded())
      }
    }
    return Source(map: result, place: place(valid))
  }

  private func centre(_ row: Int, _ column: Int) -> (row: Int, column: Int) {
    let half = SourceMap.cellSize / 2
    return (
      min(row * SourceMap.cellSize + half, layout.grid.height - 1),
      min(column * SourceMap.cellSize + half, layout.grid.width - 1)
    )
  }

  private func hasData(_ row: Int, _ column: Int, _ valid: ValidPixels) -> Bool {
    let side = SourceMap.cellSize
    return valid.count(
      rows: row * side..<min((row + 1) * side, layout.grid.height),
      columns: column * side..<min((column + 1) * side, layout.grid.width)) > 0
  }

  private func add(_ source: PatchSource, _ probability: Float) {
    let (scale, patch) = layout.scale(ofPatch: source.patch)
    let origin = scale.patches.origin(of: patch)
    let trust = probability * probability * probability * probability
    let down = axis(rows, scale.factor, offset: Float(scale.top - origin.row - inset))
    let across = axis(columns, scale.factor, offset: Float(scale.left - origin.column - inset))
    for row in down {
      for column in across {
        let cell = row.cell * columns + column.cell
        let weight = trust * row.weight * column.weight
        weights[cell] += weight
        area[cell] += weight * value(source.area, row, column)
        heat[cell] += weight * value(source.centre, row, column)
      }
    }
  }

  /// A cell of the map along one axis: between which two cells of the patch its middle lies, and its weight.
  private struct Position {
    let cell: Int
    let first: Int
    let second: Int
    /// 0 at the first, 1 at the second.
    let fraction: Float
    let weight: Float
  }

  private func axis(_ count: Int, _ factor: Int, offset: Float) -> [Position] {
    let size = Float(inputSize)
    let sigma = size / 6
    return (0..<count).compactMap { cell in
      let middle = (Float(cell) + 0.5) * Float(SourceMap.cellSize) / Float(factor) + offset
      guard middle >= 0, middle < size else { return nil }
      let place = middle / size * Float(cells) - 0.5
      let first = min(max(Int(place.rounded(.down)), 0), cells - 1)
      let distance = (middle - size / 2) / sigma
      return Position(
        cell: cell, first: first, second: min(first + 1, cells - 1), fraction: min(max(place - Float(first), 0), 1),
        weight: exp(-0.5 * distance * distance))
    }
  }

  private func value(_ values: [UInt8], _ row: Position, _ column: Position) -> Float {
    func along(_ line: Int) -> Float {
      let first = Float(values[line * cells + column.first])
      return first + (Float(values[line * cells + column.second]) - first) * column.fraction
    }
    let upper = along(row.first)
    return (upper + (along(row.second) - upper) * row.fraction) / 255
  }

  /// The centroid of the heat in the 5 × 5 cells around its maximum.
  private func place(_ valid: ValidPixels) -> ProbabilityPeak.Place? {
    var best = 0
    for cell in heat.indices where heat[cell] > heat[best] { best = cell }
    guard heat[best] > 0 else { return nil }
    let (row, column) = best.quotientAndRemainder(dividingBy: columns)
    var (sum, down, across): (Float, Float, Float) = (0, 0, 0)
    for y in max(0, row - 2)...min(rows - 1, row + 2) {
      for x in max(0, column - 2)...min(columns - 1, column + 2) {
        // Squared, so that a flat surrounding does not draw the place to the middle of the window.
        let weight = heat[y * columns + x] * heat[y * columns + x]
        sum += weight
        down += weight * Float(y)
        across += weight * Float(x)
      }
    }
    let side = Float(SourceMap.cellSize)
    return valid.nearest(
      row: (down / sum + 0.5) * side - 0.5, column: (across / sum + 0.5) * side - 0.5)
  }
}
