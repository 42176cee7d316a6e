/// Positions of a pooling window on an image of height × width × channels.
struct WindowArea {
  let window: Window
  let height: Int
  let width: Int
  let channels: Int

  /// Calls `body` with each output pixel and the image's rows and columns that the window covers there.
  @inline(__always)
  func forEachPlace(_ body: (_ place: Int, _ rows: Taps, _ columns: Taps) -> Void) {
    for row in 0..<window.output.height {
      let rows = Self.covered(
        start: row * window.stride.height - window.before.height, kernel: window.kernel.height,
        dilation: window.dilation.height, limit: height)
      for column in 0..<window.output.width {
        let columns = Self.covered(
          start: column * window.stride.width - window.before.width, kernel: window.kernel.width,
          dilation: window.dilation.width, limit: width)
        body(row * window.output.width + column, rows, columns)
      }
    }
  }

  /// Number of the kernel's taps on the image or its padding at a position.
  func paddedCount(place: Int) -> Int {
    let top = place / window.output.width * window.stride.height - window.before.height
    let left = place % window.output.width * window.stride.width - window.before.width
    let rows = (0..<window.kernel.height).count {
      top + $0 * window.dilation.height < height + window.after.height
    }
    let columns = (0..<window.kernel.width).count {
      left + $0 * window.dilation.width < width + window.after.width
    }
    return rows * columns
  }

  /// The image's rows or columns under the window at one position.
  struct Taps: Sequence {
    let start: Int
    let count: Int
    let step: Int

    var first: Int? { count > 0 ? start : nil }
    func makeIterator() -> StrideTo<Int>.Iterator {
      stride(from: start, to: start + count * step, by: step).makeIterator()
    }
  }

  private static func covered(start: Int, kernel: Int, dilation: Int, limit: Int) -> Taps {
    let skipped = start < 0 ? (-start + dilation - 1) / dilation : 0
    let first = start + skipped * dilation
    let end = min(start + kernel * dilation, limit)
    return Taps(start: first, count: max(0, (end - first + dilation - 1) / dilation), step: dilation)
  }
}
