/// Sums over a square window that moves down a raster. Column sums are updated for all columns; the sum
/// across is computed only on request. Integers, so sums do not depend on the order.
///
/// Values may pack several fields; the caller must ensure that no field overflows.
final class WindowSums {
  /// Widest window in which the packed fields of the filters cannot overflow.
  static let widest = 21

  let window: Int
  private let width: Int
  private let rows: PixelBuffer<Int32>
  /// Column sums, with `window / 2` zeros on both sides.
  private let columns: PixelBuffer<Int32>
  private var pushed = 0

  init(width: Int, window: Int) {
    precondition(window > 0 && window % 2 == 1, "a window has a centre pixel")
    self.window = window
    self.width = width
    rows = PixelBuffer(count: window * width, repeating: 0)
    columns = PixelBuffer(count: width + window - 1, repeating: 0)
  }

  func reset() {
    rows.fill(0)
    columns.fill(0)
    pushed = 0
  }

  /// Adds the next row and removes the row that leaves the window.
  ///
  /// - Parameter fill: Writes the values of the row.
  @inline(__always)
  func push(_ fill: (UnsafeMutablePointer<Int32>) -> Void) {
    let row = rows.pointer + pushed % window * width
    let sums = columns.pointer + window / 2
    for x in 0..<width { sums[x] &-= row[x] }
    fill(row)
    for x in 0..<width { sums[x] &+= row[x] }
    pushed += 1
  }

  /// Adds a row of zeros, for rows below the raster.
  func pushZeros() { push { $0.update(repeating: 0, count: width) } }

  /// Sum over the window centred on column `x`, `window / 2` rows above the last added row.
  @inline(__always)
  func sum(at x: Int) -> Int32 {
    let sums = columns.pointer + x
    var total: Int32 = 0
    for offset in 0..<window { total &+= sums[offset] }
    return total
  }
}
