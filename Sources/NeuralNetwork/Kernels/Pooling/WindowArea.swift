/// The places of a pooling window on an image of height × width × channels.
package struct WindowArea {
  /// Kernel, stride, dilation and padding, and the size of the output.
  package let window: Window
  /// Rows of the image.
  package let height: Int
  /// Columns of the image.
  package let width: Int
  /// Channels of the image.
  package let channels: Int

  /// Calls `body` with each output pixel and the image's rows and columns that the window covers there.
  @inlinable @inline(__always)
  package func forEachPosition(_ body: (_ position: Int, _ rows: Taps, _ columns: Taps) -> Void) {
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

  /// How many of the kernel's taps lie on the image or its padding at a place.
  package func paddedCount(position: Int) -> Int {
    let top = position / window.output.width * window.stride.height - window.before.height
    let left = position % window.output.width * window.stride.width - window.before.width
    let rows = (0..<window.kernel.height).count {
      top + $0 * window.dilation.height < height + window.after.height
    }
    let columns = (0..<window.kernel.width).count {
      left + $0 * window.dilation.width < width + window.after.width
    }
    return rows * columns
  }

  /// The image's rows or columns under the window at one place.
  package struct Taps: Sequence {
    /// The first row or column that a tap reads, from 0; meaningless if ``count`` is 0.
    package let start: Int
    /// Number of taps on the image; 0 if all lie on the padding.
    package let count: Int
    /// Distance between neighbouring taps, pixels: the dilation.
    package let step: Int

    @inlinable
    init(start: Int, count: Int, step: Int) { (self.start, self.count, self.step) = (start, count, step) }

    var first: Int? { count > 0 ? start : nil }

    /// Rows or columns in ascending order.
    @inlinable
    package func makeIterator() -> StrideTo<Int>.Iterator {
      stride(from: start, to: start + count * step, by: step).makeIterator()
    }
  }

  @inlinable
  static func covered(start: Int, kernel: Int, dilation: Int, limit: Int) -> Taps {
    let skipped = start < 0 ? (-start + dilation - 1) / dilation : 0
    let first = start + skipped * dilation
    let end = min(start + kernel * dilation, limit)
    return Taps(start: first, count: max(0, (end - first + dilation - 1) / dilation), step: dilation)
  }
}

extension WindowArea {
  /// - Parameters:
  ///   - window: moves over the image.
  ///   - shape: must be an image.
  package init(_ window: Window, over shape: PatchShape) {
    guard case .image(let channels, let height, let width) = shape else {
      preconditionFailure("the graph gives windows to images only")
    }
    self.init(window: window, height: height, width: width, channels: channels)
  }
}
