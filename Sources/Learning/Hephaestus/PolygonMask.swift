import Foundation
import Interferometry

/// Fills polygons as OpenCV's `fillPoly` does: corners are truncated to whole pixels, and the outline is part
/// of the inside.
public enum PolygonMask {
  /// Fills one polygon.
  ///
  /// - Parameters:
  ///   - polygon: Column, row, column, row, … in pixels from the upper-left corner; fewer than three corners
  ///     are a line or a point.
  ///   - value: Value to write.
  ///   - mask: height × width, row-major; parts of the polygon outside it are clipped.
  ///   - grid: Size of the mask.
  public static func fill(_ polygon: [Double], with value: UInt8, into mask: inout [UInt8], grid: Grid) {
    precondition(mask.count == grid.count, "the mask fills its grid")
    let corners = stride(from: 0, to: polygon.count - 1, by: 2).map {
      (column: whole(polygon[$0]), row: whole(polygon[$0 + 1]))
    }
    guard let last = corners.last else { return }
    var previous = last
    for corner in corners {
      drawLine(from: previous, to: corner) { row, column in
        guard (0..<grid.height).contains(row), (0..<grid.width).contains(column) else { return }
        mask[row * grid.width + column] = value
      }
      previous = corner
    }
    let rows = corners.map(\.row)
    guard let top = rows.min(), let bottom = rows.max(), top < bottom else { return }
    for row in max(0, top)..<max(max(0, top), min(grid.height, bottom)) {
      // An edge includes only its upper end, so that a corner is crossed once.
      var crossings: [Double] = []
      var previous = last
      for corner in corners {
        let (upper, lower) = previous.row <= corner.row ? (previous, corner) : (corner, previous)
        if upper.row <= row && row < lower.row {
          let fraction = Double(row - upper.row) / Double(lower.row - upper.row)
          crossings.append(Double(upper.column) + fraction * Double(lower.column - upper.column))
        }
        previous = corner
      }
      crossings.sort()
      for index in stride(from: 0, to: crossings.count - 1, by: 2) {
        let first = max(0, Int(crossings[index].rounded(.up)))
        let end = min(grid.width - 1, Int(crossings[index + 1].rounded(.down)))
        guard first <= end else { continue }
        for column in first...end { mask[row * grid.width + column] = value }
      }
    }
  }

  /// Coordinates are clamped to this magnitude, pixels.
  private static let farthest = 1e5

  private static func whole(_ coordinate: Double) -> Int {
    guard coordinate.isFinite else { return 0 }
    return Int(min(max(coordinate, -farthest), farthest))
  }

  /// The pixels of a line, one per step along its longer side (Bresenham 1965).
  private static func drawLine(
    from start: (column: Int, row: Int), to end: (column: Int, row: Int),
    _ body: (_ row: Int, _ column: Int) -> Void
  ) {
    let (width, height) = (abs(end.column - start.column), abs(end.row - start.row))
    let (right, down) = (start.column < end.column ? 1 : -1, start.row < end.row ? 1 : -1)
    var (column, row, error) = (start.column, start.row, width - height)
    while true {
      body(row, column)
      if column == end.column && row == end.row { return }
      let doubled = 2 * error
      if doubled > -height {
        error -= height
        column += right
      }
      if doubled < width {
        error += width
        row += down
      }
    }
  }
}
