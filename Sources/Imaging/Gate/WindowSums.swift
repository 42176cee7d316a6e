/// Sums over a square window that slides down a raster: column sums are kept for all columns, the sum across is
/// taken only where it is asked for. Integers, so the order of adding does not matter.
///
/// Values may hold several fields; the owner sees to it that no field overflows.
final class WindowSums {
  /// The widest window in which the fields that filters pack into a value do not overflow.
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

  /// Takes in the next row; the row that leaves the window is forgotten.
  ///
  /// - Parameter fill: Writes the row's values.
  @inline(__always)
  func push(_ fill: (UnsafeMutablePointer<Int32>) -> Void) {
    let row = rows.pointer + pushed % window * width
    let sums = columns.pointer + window / 2
    for x in 0..<width { sums[x] &-= row[x] }
    fill(row)
    for x in 0..<width { sums[x] &+= row[x] }
    pushed += 1
  }

  /// Takes in a row of zeros, as lies below the raster.
  func pushZeros() { push { $0.update(repeating: 0, count: width) } }

  /// The sum over the window centred on column `x`, `window / 2` rows above the last pushed row.
  @inline(__always)
  func sum(at x: Int) -> Int32 {
    let sums = columns.pointer + x
    var total: Int32 = 0
    for offset in 0..<window { total &+= sums[offset] }
    return total
  }
}
