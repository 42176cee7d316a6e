import Interferometry

/// Removes edges at decorrelated pixels where coherence is known: the mean of the known coherence in a window
/// is below a threshold.
final class CoherenceFilter {
  private let grid: Grid
  private let sums: WindowSums
  private let limit: Float
  /// Coherence is summed in integer steps, so that sums do not depend on the order.
  private static let steps: Float = 2047
  private static let countShift: Int32 = 20

  init(grid: Grid, window: Int, threshold: Float) {
    precondition(window <= WindowSums.widest, "window sums fit their fields")
    self.grid = grid
    sums = WindowSums(width: grid.width, window: window)
    limit = threshold * Self.steps
  }

  /// - Parameters:
  ///   - coherence: 0…1, NaN where unknown; row-major.
  ///   - edges: Edges (1) of decorrelated pixels become 0, those without known coherence nearby become
  ///     ``EdgeMark/undecided``.
  /// - Returns: whether any edge became undecided.
  func apply(_ coherence: UnsafePointer<Float>, to edges: UnsafeMutablePointer<UInt8>) -> Bool {
    let width = grid.width
    let radius = sums.window / 2
    var undecided = false
    sums.reset()
    for y in 0..<(grid.height + radius) {
      if y < grid.height {
        sums.push { row in
          let source = coherence + y * width
          for x in 0..<width { row[x] = Self.packed(source[x]) }
        }
      } else {
        sums.pushZeros()
      }
      guard y >= radius else { continue }
      let line = edges + (y - radius) * width
      for x in 0..<width where line[x] != EdgeMark.none {
        let packed = sums.sum(at: x)
        let count = packed >> Self.countShift
        let total = packed & (1 << Self.countShift - 1)
        if count == 0 {
          line[x] = EdgeMark.undecided
          undecided = true
        } else if Float(total) < limit * Float(count) {
          line[x] = EdgeMark.none
        }
      }
    }
    return undecided
  }

  @inline(__always)
  private static func packed(_ coherence: Float) -> Int32 {
    guard coherence == coherence else { return 0 }
    let clamped = coherence < 0 ? 0 : (coherence > 1 ? 1 : coherence)
    // Adding 2^23 leaves the rounded value in the low bits.
    let steps = Int32(truncatingIfNeeded: (clamped * Self.steps + 8_388_608).bitPattern & 0xFFFF)
    return steps &+ 1 &<< countShift
  }
}

/// Values of an edge map during filtering.
enum EdgeMark {
  static let none: UInt8 = 0
  static let strong: UInt8 = 1
  static let undecided: UInt8 = 2
}
