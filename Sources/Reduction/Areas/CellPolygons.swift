/// The outline of cells of a raster: polygons along the cells' edges, in the cells' corners.
///
/// Cells that share an edge make one polygon; cells that touch at a corner make two. No ring touches itself, so the
/// polygons are valid in OGC's sense.
enum CellPolygons {
  /// A corner of cells: row and column of the cell to the south-east of it.
  struct Corner: Hashable {
    var row: Int
    var column: Int
  }

  /// Corners in order, the first not repeated; successive ones differ in one coordinate, and no three in a row lie
  /// on a line.
  typealias Ring = [Corner]

  /// An area with its holes.
  struct Polygon: Hashable {
    /// Counterclockwise on a map with north up, as RFC 7946 asks.
    var exterior: Ring
    /// Clockwise.
    var holes: [Ring] = []
  }

  /// The polygons of the marked cells.
  ///
  /// - Parameters:
  ///   - isMarked: One value per cell, row-major.
  ///   - columns: Cells in a row.
  /// - Returns: In the order of each one's first cell; rings start at their first corner in row-major order.
  static func around(_ isMarked: [Bool], columns: Int) -> [Polygon] {
    var isLeft = isMarked
    var polygons: [Polygon] = []
    for start in isMarked.indices where isLeft[start] {
      let part = removeConnected(to: start, from: &isLeft, columns: columns)
      polygons.append(polygon(around: part, columns: columns))
    }
    return polygons
  }

  /// Takes the cells that are connected to one by edges.
  private static func removeConnected(to start: Int, from isLeft: inout [Bool], columns: Int) -> Set<Int> {
    isLeft[start] = false
    var (part, waiting): (Set<Int>, [Int]) = ([], [start])
    while let cell = waiting.popLast() {
      part.insert(cell)
      let column = cell % columns
      for (neighbour, isInside) in [
        (cell - columns, cell >= columns), (cell + columns, cell + columns < isLeft.count),
        (cell - 1, column > 0), (cell + 1, column < columns - 1),
      ] where isInside && isLeft[neighbour] {
        isLeft[neighbour] = false
        waiting.append(neighbour)
      }
    }
    return part
  }

  private static func polygon(around part: Set<Int>, columns: Int) -> Polygon {
    var edges = edges(of: part, columns: columns)
    var polygon = Polygon(exterior: [])
    while let start = edges.keys.min(by: isBefore) {
      let ring = removeRing(from: start, &edges)
      if doubleArea(ring) > 0 { polygon.exterior = ring } else { polygon.holes.append(ring) }
    }
    return polygon
  }

  private static func isBefore(_ left: Corner, _ right: Corner) -> Bool {
    (left.row, left.column) < (right.row, right.column)
  }

  /// The edges between cells of a part and others, from corner to corner, with the part on their left.
  private static func edges(of part: Set<Int>, columns: Int) -> [Corner: [Corner]] {
    var edges: [Corner: [Corner]] = [:]
    for cell in part {
      let (row, column) = (cell / columns, cell % columns)
      let northWest = Corner(row: row, column: column)
      let northEast = Corner(row: row, column: column + 1)
      let southWest = Corner(row: row + 1, column: column)
      let southEast = Corner(row: row + 1, column: column + 1)
      if !part.contains(cell - columns) { edges[northEast, default: []].append(northWest) }
      if !part.contains(cell + columns) { edges[southWest, default: []].append(southEast) }
      if column == 0 || !part.contains(cell - 1) { edges[northWest, default: []].append(southWest) }
      if column == columns - 1 || !part.contains(cell + 1) { edges[southEast, default: []].append(northEast) }
    }
    return edges
  }

  /// Follows the edges from a corner until they return to it.
  private static func removeRing(from start: Corner, _ edges: inout [Corner: [Corner]]) -> Ring {
    var ring: Ring = []
    var (corner, direction) = (start, Corner(row: 0, column: 0))
    repeat {
      var ends = edges[corner] ?? []
      // Two edges leave a corner where two cells of the part touch. The turn to the right keeps to the same cell
      // outside, so that the ring does not touch itself.
      let right = Corner(row: corner.row + direction.column, column: corner.column - direction.row)
      let taken = ends.count > 1 ? ends.firstIndex(of: right) ?? 0 : 0
      let next = ends.remove(at: taken)
      edges[corner] = ends.isEmpty ? nil : ends
      let step = Corner(row: next.row - corner.row, column: next.column - corner.column)
      if step != direction { ring.append(corner) }
      (corner, direction) = (next, step)
    } while corner != start
    return ring
  }

  /// Twice the area inside a ring, cells; negative if it is clockwise with north up.
  static func doubleArea(_ ring: Ring) -> Int {
    zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) { sum, edge in
      // Rows count to the south.
      sum + edge.1.column * edge.0.row - edge.0.column * edge.1.row
    }
  }
}
