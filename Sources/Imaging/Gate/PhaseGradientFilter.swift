import Foundation
import Interferometry

/// Removes edges at decorrelated pixels using the phase only: on a smooth phase surface the gradient is
/// nearly constant in a small window, however dense the fringes; in noise its direction is random.
///
/// The statistic is the length of the mean of exp(i·Δφ) over the window, where Δφ is the wrapped difference
/// between neighbours with data, for horizontal (x) and vertical (y) differences together: √((|Σx|² + |Σy|²)
/// / (n_x² + n_y²)). It is 1 for a plane and about 1/√n for noise. A window with fewer differences than half
/// its pixels counts as decorrelated.
final class PhaseGradientFilter {
  private let grid: Grid
  private let limit: Float
  private let alongX: WindowSums
  private let alongY: WindowSums
  private let counts: WindowSums
  /// Cosine and sine, in units of 1/64, of each difference of two gray bytes (−255…255), packed.
  private let table: PixelBuffer<Int32>
  private static let scale = 64.0

  init(grid: Grid, window: Int, threshold: Float) {
    precondition(window <= WindowSums.widest, "window sums fit their fields")
    self.grid = grid
    limit = threshold * threshold * Float(Self.scale * Self.scale)
    alongX = WindowSums(width: grid.width, window: window)
    alongY = WindowSums(width: grid.width, window: window)
    counts = WindowSums(width: grid.width, window: window)
    table = PixelBuffer(count: 511, repeating: 0)
    for difference in -255...255 {
      let angle = Double(difference) * 2 * Double.pi / 255
      let cosine = Int32((Self.scale * cos(angle)).rounded(.toNearestOrEven))
      let sine = Int32((Self.scale * sin(angle)).rounded(.toNearestOrEven))
      table.pointer[difference + 255] = cosine << 16 &+ sine
    }
  }

  /// - Parameters:
  ///   - gray: Gray bytes of the phase.
  ///   - valid: 1 for pixels with data, else 0.
  ///   - edges: Edges with the mark `asked` become ``EdgeMark/strong`` or, at decorrelated pixels,
  ///     ``EdgeMark/none``.
  ///   - asked: Mark of the edges to decide; others are unchanged.
  func apply(
    gray: UnsafePointer<UInt8>, valid: UnsafePointer<UInt8>, to edges: UnsafeMutablePointer<UInt8>, asked: UInt8
  ) {
    let radius = counts.window / 2
    alongX.reset()
    alongY.reset()
    counts.reset()
    for y in 0..<(grid.height + radius) {
      if y < grid.height { push(gray, valid, y) } else { pushNothing() }
      guard y >= radius else { continue }
      let line = edges + (y - radius) * grid.width
      for x in 0..<grid.width where line[x] == asked {
        line[x] = isCoherent(at: x) ? EdgeMark.strong : EdgeMark.none
      }
    }
  }

  private func push(_ gray: UnsafePointer<UInt8>, _ valid: UnsafePointer<UInt8>, _ y: Int) {
    let width = grid.width
    let here = gray + y * width
    let hereValid = valid + y * width
    // The last row has no row below: it is compared with itself and masked.
    let hasBelow: UInt8 = y + 1 < grid.height ? 1 : 0
    let below = hasBelow == 1 ? here + width : here
    let belowValid = hasBelow == 1 ? hereValid + width : hereValid
    let table = table.pointer + 255
    alongX.push { row in
      for x in 0..<(width - 1) {
        let both = 0 &- Int32(hereValid[x] & hereValid[x + 1])
        row[x] = table[Int(here[x + 1]) &- Int(here[x])] & both
      }
      row[width - 1] = 0
    }
    alongY.push { row in
      for x in 0..<width {
        let both = 0 &- Int32(hereValid[x] & belowValid[x] & hasBelow)
        row[x] = table[Int(below[x]) &- Int(here[x])] & both
      }
    }
    counts.push { row in
      for x in 0..<width {
        row[x] = Int32(hereValid[x] & belowValid[x] & hasBelow) &<< 16
      }
      for x in 0..<(width - 1) { row[x] &+= Int32(hereValid[x] & hereValid[x + 1]) }
    }
  }

  private func pushNothing() {
    alongX.pushZeros()
    alongY.pushZeros()
    counts.pushZeros()
  }

  private func isCoherent(at x: Int) -> Bool {
    let packed = counts.sum(at: x)
    let across = packed & 0xFFFF
    let down = packed >> 16
    guard 2 * (across + down) >= Int32(counts.window * counts.window) else { return false }
    let resultant = Self.squared(alongX.sum(at: x)) &+ Self.squared(alongY.sum(at: x))
    return Float(resultant) >= limit * Float(across * across + down * down)
  }

  private static func squared(_ packed: Int32) -> Int32 {
    let sine = Int32(Int16(truncatingIfNeeded: packed))
    let cosine = (packed &- sine) >> 16
    return sine &* sine &+ cosine &* cosine
  }
}
