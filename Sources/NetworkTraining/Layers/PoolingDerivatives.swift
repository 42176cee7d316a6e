import NeuralNetwork

/// Of the largest value under each place of a window: all goes to the first pixel that has it.
struct MaxPoolDerivative: PatchDerivative {
  let area: WindowArea
  var scratchCount: Int { area.channels }

  func apply(_ call: DerivativeCall) {
    let channels = area.channels
    let left = call.scratch
    call.target.update(repeating: 0, count: area.height * area.width * channels)
    area.forEachPosition { position, rows, columns in
      let largest = call.output + position * channels
      left.update(from: call.gradient + position * channels, count: channels)
      for y in rows {
        for x in columns {
          let pixel = (y * area.width + x) * channels
          Self.give(left, to: call.target + pixel, where: call.input + pixel, equals: largest, count: channels)
        }
      }
    }
  }

  @inline(__always)
  private static func give(
    _ left: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, where input: UnsafePointer<Float>,
    equals largest: UnsafePointer<Float>, count: Int
  ) {
    for channel in 0..<count {
      let portion = input[channel] == largest[channel] ? left[channel] : 0
      target[channel] += portion
      left[channel] = input[channel] == largest[channel] ? 0 : left[channel]
    }
  }
}

/// Derivative of average pooling.
struct AveragePoolDerivative: PatchDerivative {
  let area: WindowArea
  let countsPadding: Bool
  var needsOutput: Bool { false }

  func apply(_ call: DerivativeCall) {
    let channels = area.channels
    call.target.update(repeating: 0, count: area.height * area.width * channels)
    area.forEachPosition { position, rows, columns in
      let pixels = countsPadding ? area.paddedCount(position: position) : max(1, rows.count * columns.count)
      let portion = 1 / Float(pixels)
      let source = call.gradient + position * channels
      for y in rows {
        for x in columns {
          let target = call.target + (y * area.width + x) * channels
          for channel in 0..<channels { target[channel] += source[channel] * portion }
        }
      }
    }
  }
}

/// Derivative of global average pooling.
struct GlobalAveragePoolDerivative: PatchDerivative {
  let pixels: Int
  let channels: Int
  var needsOutput: Bool { false }

  func apply(_ call: DerivativeCall) {
    let portion = 1 / Float(pixels)
    for pixel in 0..<pixels {
      let target = call.target + pixel * channels
      for channel in 0..<channels { target[channel] = call.gradient[channel] * portion }
    }
  }
}

/// Derivative of global max pooling: the gradient goes to the first pixel with the maximum.
struct GlobalMaxPoolDerivative: PatchDerivative {
  let pixels: Int
  let channels: Int
  var scratchCount: Int { channels }

  func apply(_ call: DerivativeCall) {
    let left = call.scratch
    left.update(from: call.gradient, count: channels)
    for pixel in 0..<pixels {
      let (input, target) = (call.input + pixel * channels, call.target + pixel * channels)
      for channel in 0..<channels {
        target[channel] = input[channel] == call.output[channel] ? left[channel] : 0
        left[channel] = input[channel] == call.output[channel] ? 0 : left[channel]
      }
    }
  }
}

/// Derivative of adaptive average pooling.
struct AdaptiveAveragePoolDerivative: PatchDerivative {
  private let channels: Int
  private let width: Int
  private let count: Int
  private let rows: [Range<Int>]
  private let columns: [Range<Int>]
  var needsOutput: Bool { false }

  init(from input: PatchShape, to output: PatchShape) {
    let (sizes, outputs) = (input.dimensions, output.dimensions)
    channels = sizes[0]
    width = sizes[2]
    count = input.count
    rows = PoolingGrid.spans(of: sizes[1], outputs: outputs[1])
    columns = PoolingGrid.spans(of: sizes[2], outputs: outputs[2])
  }

  func apply(_ call: DerivativeCall) {
    call.target.update(repeating: 0, count: count)
    for (row, covered) in rows.enumerated() {
      for (column, span) in columns.enumerated() {
        let source = call.gradient + (row * columns.count + column) * channels
        let portion = 1 / Float(covered.count * span.count)
        for y in covered {
          for x in span {
            let target = call.target + (y * width + x) * channels
            for channel in 0..<channels { target[channel] += source[channel] * portion }
          }
        }
      }
    }
  }
}
