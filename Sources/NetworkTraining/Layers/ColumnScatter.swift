import NeuralNetwork

extension PatchColumns {
  /// The adjoint of ``gather(_:firstChannel:firstRow:rows:into:)`` (col2im): adds each number of `rows` rows to
  /// the pixel that it was copied from; numbers from the padding are dropped.
  func scatter(
    _ columns: UnsafePointer<Float>, firstChannel: Int, firstRow: Int, rows: Int,
    into image: UnsafeMutablePointer<Float>
  ) {
    let isRun = window.dilation.width == 1 && groupChannels == channels
    let count = window.kernel.width * groupChannels
    var row = columns
    for pixel in firstRow..<(firstRow + rows) {
      let left = pixel % window.output.width * window.stride.width - window.before.width
      let top = pixel / window.output.width * window.stride.height - window.before.height
      for kernelRow in 0..<window.kernel.height {
        let y = top + kernelRow * window.dilation.height
        if y >= 0 && y < height {
          if isRun {
            let first = max(0, -left)
            let end = min(window.kernel.width, width - left)
            if first < end {
              Self.add(
                row + first * channels, to: image + (y * width + left + first) * channels,
                count: (end - first) * channels)
            }
          } else {
            for kernelColumn in 0..<window.kernel.width {
              let x = left + kernelColumn * window.dilation.width
              guard x >= 0, x < width else { continue }
              Self.add(
                row + kernelColumn * groupChannels, to: image + (y * width + x) * channels + firstChannel,
                count: groupChannels)
            }
          }
        }
        row += count
      }
    }
  }

  @inline(__always)
  private static func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { target[index] += source[index] }
  }
}
