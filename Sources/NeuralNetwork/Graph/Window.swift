/// How a convolution or pooling window moves over an image.
package struct Window: Equatable, Sendable {
  /// One number for each axis of the image.
  package struct Extent: Equatable, Sendable {
    /// Along the rows, pixels.
    package var height: Int
    /// Along the columns, pixels.
    package var width: Int

    package init(height: Int, width: Int) { (self.height, self.width) = (height, width) }
  }

  /// Number of taps along each axis, at least 1.
  package var kernel: Extent
  /// Input pixels between neighbouring positions of the window, at least 1.
  package var stride: Extent
  /// Input pixels between neighbouring taps, at least 1; 1 for a dense kernel.
  package var dilation: Extent
  /// Rows above and columns left of the image.
  package var before: Extent
  /// Rows below and columns right of the image.
  package var after: Extent
  /// The output's size in pixels.
  package var output: Extent

  package init(
    kernel: Extent, stride: Extent, dilation: Extent, before: Extent, after: Extent, output: Extent
  ) {
    (self.kernel, self.stride, self.dilation) = (kernel, stride, dilation)
    (self.before, self.after, self.output) = (before, after, output)
  }

  /// A 1 × 1 window over an image.
  static func pointwise(height: Int, width: Int) -> Window {
    let one = Extent(height: 1, width: 1)
    let zero = Extent(height: 0, width: 0)
    return Window(
      kernel: one, stride: one, dilation: one, before: zero, after: zero,
      output: Extent(height: height, width: width))
  }

  /// Whether each output pixel reads exactly the input pixel at its own place.
  package var isPointwise: Bool {
    let one = Extent(height: 1, width: 1)
    let zero = Extent(height: 0, width: 0)
    return kernel == one && stride == one && before == zero && after == zero
  }
}

/// One axis of a window over an axis of `input` pixels.
struct WindowAxis {
  let input: Int
  let kernel: Int
  let stride: Int
  let dilation: Int
  var before = 0
  var after = 0

  /// Distance from the first to the last pixel that the kernel touches, inclusive.
  var reach: Int { (kernel - 1) * dilation + 1 }

  /// Number of positions of the window; `nil` if it does not fit. In ceiling mode the last one may extend
  /// beyond the end, but must start on the image or the padding before it (ONNX, MaxPool).
  func output(ceiling: Bool) -> Int? {
    let room = input + before + after - reach
    guard room >= 0 else { return nil }
    let positions = (ceiling ? room + stride - 1 : room) / stride + 1
    return ceiling && (positions - 1) * stride >= input + before ? positions - 1 : positions
  }

  /// Pads so that the output has ⌈input / stride⌉ pixels (ONNX, auto_pad SAME_UPPER and SAME_LOWER).
  mutating func padToSame(extraAtEnd: Bool) {
    let positions = (input + stride - 1) / stride
    let total = max(0, (positions - 1) * stride + reach - input)
    before = extraAtEnd ? total / 2 : total - total / 2
    after = total - before
  }
}
