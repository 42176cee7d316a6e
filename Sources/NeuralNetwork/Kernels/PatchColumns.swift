/// im2col: copies the pixels under each position of a window to one row. Rows are output pixels, columns are
/// kernel row, kernel column, channel. Pixels outside the image are 0.
struct PatchColumns {
  let window: Window
  let height: Int
  let width: Int
  /// Channels of the image.
  let channels: Int
  /// Channels of one group.
  let groupChannels: Int

  var depth: Int { window.kernel.height * window.kernel.width * groupChannels }

  /// Numbers that ``gather(_:firstChannel:firstRow:rows:into:)`` may write after its rows.
  static let slack = 32

  /// Writes `rows` rows of ``depth`` floats, starting with output pixel `firstRow`.
  func gather<Number: BinaryNumber>(
    _ image: UnsafePointer<Number>, firstChannel: Int, firstRow: Int, rows: Int,
    into target: UnsafeMutablePointer<Number>
  ) {
    let isRun = window.dilation.width == 1 && groupChannels == channels
    let count = window.kernel.width * groupChannels
    let vector = 64 / MemoryLayout<Number>.stride
    let lastShortRun = count <= vector ? height * width * channels - vector : -1
    var row = target
    for pixel in firstRow..<(firstRow + rows) {
      let left = pixel % window.output.width * window.stride.width - window.before.width
      let top = pixel / window.output.width * window.stride.height - window.before.height
      for kernelRow in 0..<window.kernel.height {
        let y = top + kernelRow * window.dilation.height
        if y < 0 || y >= height {
          row.update(repeating: 0, count: count)
        } else if isRun && left >= 0 && left + window.kernel.width <= width {
          let run = (y * width + left) * channels
          if run <= lastShortRun {
            // Copies more than needed, overwritten by the next run: a copy of fixed length is much faster than
            // a short one of variable length.
            UnsafeMutableRawPointer(row).storeBytes(
              of: UnsafeRawPointer(image + run).loadUnaligned(as: SIMD16<Float>.self), as: SIMD16<Float>.self)
          } else {
            row.update(from: image + run, count: count)
          }
        } else {
          gatherPixels(image + y * width * channels + firstChannel, left: left, into: row)
        }
        row += count
      }
    }
  }

  private func gatherPixels<Number: BinaryNumber>(
    _ line: UnsafePointer<Number>, left: Int, into target: UnsafeMutablePointer<Number>
  ) {
    for kernelColumn in 0..<window.kernel.width {
      let x = left + kernelColumn * window.dilation.width
      let pixel = target + kernelColumn * groupChannels
      if x < 0 || x >= width {
        pixel.update(repeating: 0, count: groupChannels)
      } else {
        pixel.update(from: line + x * channels, count: groupChannels)
      }
    }
  }
}

/// A fixed-size number whose zero has all bits 0.
protocol BinaryNumber: BitwiseCopyable, ExpressibleByIntegerLiteral {}
extension Float: BinaryNumber {}
extension UInt16: BinaryNumber {}
