import CVectors
import Interferometry

/// Summary of a probability map: its maximum, where it is, and the areas above 0.5 and 0.8.
public struct ProbabilityPeak: Hashable, Sendable {
  /// A pixel of the map.
  public struct Place: Hashable, Sendable, Codable {
    /// Row, from 0 in the north.
    public let row: Int
    /// Column, from 0 in the west.
    public let column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// Pmax, the maximum of the map, 0…1.
  public let probability: Float
  /// The pixel of the maximum. A map is flat where a single patch covers it, so this is the pixel nearest to
  /// the centroid of all pixels within 1e-6 of Pmax; ties go to the northernmost, then the westernmost. `nil`
  /// if the map is 0 throughout.
  public let place: Place?
  /// Number of pixels above 0.5.
  public let pixelsAbove50: Int
  /// Number of pixels above 0.8.
  public let pixelsAbove80: Int

  /// Summarises a map of probabilities, row-major, without NaN.
  public init(of map: UnsafeBufferPointer<Float>, grid: Grid) {
    precondition(map.count == grid.count, "the map fills the grid")
    let counts = Self.counts(of: map)
    (probability, pixelsAbove50, pixelsAbove80) = counts
    let highest = counts.highest
    place = highest > 0 ? Self.place(in: map, width: grid.width, highest: highest) : nil
  }

  private static func counts(
    of map: UnsafeBufferPointer<Float>
  ) -> (highest: Float, above50: Int, above80: Int) {
    guard let values = map.baseAddress else { return (0, 0, 0) }
    var (above50, above80) = (0, 0)
    let highest =
      switch volcsweep_vector_lanes() {
      #if arch(x86_64)
        case 16: volcsweep_highest_16(values, map.count, &above50, &above80)
        case 8: volcsweep_highest_8(values, map.count, &above50, &above80)
      #endif
      default: volcsweep_highest_4(values, map.count, &above50, &above80)
      }
    return (highest, above50, above80)
  }

  private static func place(in map: UnsafeBufferPointer<Float>, width: Int, highest: Float) -> Place {
    var count = 0
    var rows = 0
    var columns = 0
    forEachPixel(of: map, width: width, near: highest) { row, column in
      count += 1
      rows += row
      columns += column
    }
    let rowCentre = Double(rows) / Double(count)
    let columnCentre = Double(columns) / Double(count)
    var nearest = Double.infinity
    var place = Place(row: 0, column: 0)
    forEachPixel(of: map, width: width, near: highest) { row, column in
      let down = Double(row) - rowCentre
      let across = Double(column) - columnCentre
      let distance = down * down + across * across
      if distance < nearest {
        nearest = distance
        place = Place(row: row, column: column)
      }
    }
    return place
  }

  @inline(__always)
  private static func forEachPixel(
    of map: UnsafeBufferPointer<Float>, width: Int, near highest: Float, _ visit: (Int, Int) -> Void
  ) {
    let limit = Double(highest) - 1e-6
    for row in 0..<(map.count / width) {
      let line = UnsafeBufferPointer(rebasing: map[row * width..<(row + 1) * width])
      // Skips most rows.
      guard Double(counts(of: line).highest) >= limit else { continue }
      for column in 0..<width where Double(line[column]) >= limit { visit(row, column) }
    }
  }
}
