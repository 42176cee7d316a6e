/// Converts between the engine's layout of an image (pixels, then channels) and ONNX's (channels, then pixels).
struct LayoutKernel: Kernel {
  /// `nil` if the input already has ONNX's layout.
  let from: (pixels: Int, channels: Int)?
  let to: (pixels: Int, channels: Int)?
  let count: Int

  /// Holds ONNX's layout between two conversions.
  var scratchCount: Int { from != nil && to != nil ? count : 0 }

  func run(_ call: KernelCall) {
    var source = call.input
    if let from {
      let target = to == nil ? call.output : call.scratch
      Self.transpose(source, rows: from.pixels, columns: from.channels, into: target)
      source = UnsafePointer(target)
    }
    if let to {
      Self.transpose(source, rows: to.channels, columns: to.pixels, into: call.output)
    } else if from == nil {
      call.output.update(from: source, count: count)
    }
  }

  private static func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
    }
  }
}

/// Concatenates the channels of several images.
struct ConcatenationKernel: Kernel {
  let pixels: Int
  /// Number of channels of each input.
  let channels: [Int]

  func run(_ call: KernelCall) {
    let stride = channels.reduce(0, +)
    var first = 0
    for (index, count) in channels.enumerated() {
      let source = call.inputs[index]
      for pixel in 0..<pixels {
        (call.output + pixel * stride + first).update(from: source + pixel * count, count: count)
      }
      first += count
    }
  }
}

/// (gray − mean) · scale for each channel of the network's input.
struct GrayKernel: Kernel {
  let pixels: Int
  let mean: [Float]
  let scale: [Float]

  func run(_ call: KernelCall) {
    let channels = mean.count
    guard channels > 1 else {
      // Loops without a stride compile to vectors.
      let (mean, scale) = (mean[0], scale[0])
      for pixel in 0..<pixels { call.output[pixel] = (call.input[pixel] - mean) * scale }
      return
    }
    for channel in 0..<channels {
      let (mean, scale) = (mean[channel], scale[channel])
      let target = call.output + channel
      for pixel in 0..<pixels { target[pixel * channels] = (call.input[pixel] - mean) * scale }
    }
  }
}
