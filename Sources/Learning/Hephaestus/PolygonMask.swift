import Foundation
import Interferometry

/// Polygons filled as OpenCV's `fillPoly` fills them: corners cut down to whole pixels, the outline belonging to the
/// inside.
public enum PolygonMask {
  /// Sets the pixels of a polygon.
  ///
  /// - Parameters:
  ///   - polygon: Column, row, column, row, … from the upper-left corner; fewer than three corners are a line or a
  ///     point.
  ///   - value: What the pixels become.
  ///   - mask: height × width, row-major; what lies beyond its edges is left out.
  ///   - grid: The mask's size.
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
      // An edge owns its upper end, so that a corner is crossed once.
      var crossings: [Double] = []
      var previous = last
      for corner in corners {
        let (upper, lower) = previous.row <= corner.row ? (previous, corner) : (corner, previous)
        if upper.row <= row && row < lower.row {
          let share = Double(row - upper.row) / Double(lower.row - upper.row)
          crossings.append(Double(upper.column) + share * Double(lower.column - upper.column))
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

  /// Annotated coordinates never lie farther out than this.
  private static let farthest = 1e5

  private static func whole(_ coordinate: Double) -> Int {
    guard coordinate.isFinite else { return 0 }
    return Int(min(max(coordinate, -farthest), farthest))
  }

  /// The pixels of a line, one for each step along its longer side (Bresenham 1965).
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
