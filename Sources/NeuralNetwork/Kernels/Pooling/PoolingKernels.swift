/// Max pooling; padding is ignored.
struct MaxPoolKernel: Kernel {
  let area: WindowArea

  func run(_ call: KernelCall) {
    let channels = area.channels
    let step = area.window.dilation
    area.forEachPosition { position, rows, columns in
      let first = ((rows.first ?? 0) * area.width + (columns.first ?? 0)) * channels
      Vectors.largest(
        call.input + first, line: step.height * area.width * channels, pixel: step.width * channels,
        rows: rows.count,
        columns: columns.count, channels: channels, into: call.output + position * channels)
    }
  }
}

/// Average pooling.
struct AveragePoolKernel: Kernel {
  let area: WindowArea
  /// Whether padding counts as zeros, or is ignored.
  let countsPadding: Bool

  func run(_ call: KernelCall) {
    let channels = area.channels
    area.forEachPosition { position, rows, columns in
      let target = call.output + position * channels
      target.update(repeating: 0, count: channels)
      var pixels = 0
      for y in rows {
        for x in columns {
          let source = call.input + (y * area.width + x) * channels
          for channel in 0..<channels { target[channel] += source[channel] }
          pixels += 1
        }
      }
      let divisor = Float(countsPadding ? area.paddedCount(position: position) : max(1, pixels))
      for channel in 0..<channels { target[channel] /= divisor }
    }
  }
}

/// Global average pooling: the mean of each channel over the whole image.
struct GlobalAveragePoolKernel: Kernel {
  let pixels: Int
  let channels: Int

  func run(_ call: KernelCall) {
    call.output.update(repeating: 0, count: channels)
    for pixel in 0..<pixels {
      let source = call.input + pixel * channels
      for channel in 0..<channels { call.output[channel] += source[channel] }
    }
    let divisor = Float(pixels)
    for channel in 0..<channels { call.output[channel] /= divisor }
  }
}

/// Global max pooling: the maximum of each channel over the whole image.
struct GlobalMaxPoolKernel: Kernel {
  let pixels: Int
  let channels: Int

  func run(_ call: KernelCall) {
    call.output.update(from: call.input, count: channels)
    for pixel in 1..<max(1, pixels) {
      let source = call.input + pixel * channels
      for channel in 0..<channels where source[channel] > call.output[channel] {
        call.output[channel] = source[channel]
      }
    }
  }
}
