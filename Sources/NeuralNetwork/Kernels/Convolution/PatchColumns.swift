/// im2col: copies the pixels under each position of a window to one row. Rows are output pixels, columns are
/// kernel row, kernel column, channel. Pixels outside the image are 0.
package struct PatchColumns {
  /// Kernel, stride, dilation and padding, and the size of the output.
  package let window: Window
  /// Rows of the image.
  package let height: Int
  /// Columns of the image.
  package let width: Int
  /// Of the image.
  package let channels: Int
  /// Of one group.
  package let groupChannels: Int

  /// Length of a row in floats: the taps of the kernel times the channels of one group.
  package var depth: Int { window.kernel.height * window.kernel.width * groupChannels }

  /// Numbers that ``gather(_:firstChannel:firstRow:rows:into:)`` may write behind its rows.
  package static let slack = 32

  package init(window: Window, height: Int, width: Int, channels: Int, groupChannels: Int) {
    (self.window, self.height, self.width) = (window, height, width)
    (self.channels, self.groupChannels) = (channels, groupChannels)
  }

  /// Writes `rows` rows of ``depth`` floats, from output pixel `firstRow` on.
  @inlinable
  package func gather<Number: BinaryNumber>(
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

  @inlinable
  func gatherPixels<Number: BinaryNumber>(
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

extension PatchColumns {
  /// Packs weights for products with the columns: per group (kernel height × kernel width × inputs) × outputs.
  ///
  /// - Parameters:
  ///   - weights: in ONNX's order: outputs × inputs per group × kernel height × kernel width.
  ///   - groups: of the convolution.
  ///   - outputs: of all groups.
  /// - Returns: as many floats as `weights` has.
  package func pack(_ weights: [Float], groups: Int, outputs: Int) -> AlignedFloats {
    let packed = AlignedFloats(count: weights.count)
    let taps = window.kernel.height * window.kernel.width
    let groupOutputs = outputs / groups
    for output in 0..<outputs {
      let group = output / groupOutputs
      let target = packed.base + group * depth * groupOutputs + output % groupOutputs
      for channel in 0..<groupChannels {
        let source = (output * groupChannels + channel) * taps
        for tap in 0..<taps {
          target[(tap * groupChannels + channel) * groupOutputs] = weights[source + tap]
        }
      }
    }
    return packed
  }
}

/// A number of a fixed size whose bits are all 0 when it is.
package protocol BinaryNumber: BitwiseCopyable, ExpressibleByIntegerLiteral {}
extension Float: BinaryNumber {}
extension UInt16: BinaryNumber {}
