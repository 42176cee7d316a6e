import Interferometry

/// Removes edges near pixels without data, where the gradient is due to the fill value and not to the phase.
final class NoDataMargin {
  private let grid: Grid
  private let sums: WindowSums

  /// Removes edges within `radius` rows and columns of no data.
  init(grid: Grid, radius: Int) {
    self.grid = grid
    sums = WindowSums(width: grid.width, window: 2 * radius + 1)
  }

  /// - Parameters:
  ///   - valid: 1 for pixels with data, else 0.
  ///   - edges: Edges near no data become 0.
  func apply(valid: UnsafePointer<UInt8>, to edges: UnsafeMutablePointer<UInt8>) {
    let width = grid.width
    let radius = sums.window / 2
    sums.reset()
    for y in 0..<(grid.height + radius) {
      if y < grid.height {
        sums.push { row in
          let source = valid + y * width
          for x in 0..<width { row[x] = 1 &- Int32(source[x]) }
        }
      } else {
        sums.pushZeros()
      }
      guard y >= radius else { continue }
      let line = edges + (y - radius) * width
      for x in 0..<width where line[x] != EdgeMark.none && sums.sum(at: x) > 0 {
        line[x] = EdgeMark.none
      }
    }
  }
}
