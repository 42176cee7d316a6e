import Foundation

/// max(x, 0)
struct ReLUKernel: Kernel {
  let count: Int

  func run(_ call: KernelCall) {
    for index in 0..<count { call.output[index] = call.input[index] > 0 ? call.input[index] : 0 }
  }
}

/// min(max(x, lower), upper)
struct ClipKernel: Kernel {
  let count: Int
  let lower: Float
  let upper: Float

  func run(_ call: KernelCall) {
    for index in 0..<count {
      let raised = call.input[index] > lower ? call.input[index] : lower
      call.output[index] = raised < upper ? raised : upper
    }
  }
}

/// 1 / (1 + e^−x)
struct SigmoidKernel: Kernel {
  let count: Int

  func run(_ call: KernelCall) {
    for index in 0..<count { call.output[index] = 1 / (1 + expf(-call.input[index])) }
  }
}

/// Softmax, after subtraction of the largest x; summed from first to last.
struct SoftmaxKernel: Kernel {
  let count: Int

  func run(_ call: KernelCall) {
    var largest = -Float.infinity
    for index in 0..<count where call.input[index] > largest { largest = call.input[index] }
    var sum: Float = 0
    for index in 0..<count {
      let power = expf(call.input[index] - largest)
      call.output[index] = power
      sum += power
    }
    for index in 0..<count { call.output[index] /= sum }
  }
}

/// scale · x + shift for each channel, optionally followed by ReLU.
final class AffineKernel: Kernel {
  private let pixels: Int
  private let scale: AlignedFloats
  private let shift: AlignedFloats
  private let appliesReLU: Bool

  init(pixels: Int, scale: [Float], shift: [Float], appliesReLU: Bool) {
    self.pixels = pixels
    self.scale = AlignedFloats(scale)
    self.shift = AlignedFloats(shift)
    self.appliesReLU = appliesReLU
  }

  func run(_ call: KernelCall) {
    let channels = scale.count
    for pixel in 0..<pixels {
      let source = call.input + pixel * channels
      let target = call.output + pixel * channels
      for channel in 0..<channels {
        let value = source[channel] * scale.base[channel] + shift.base[channel]
        target[channel] = value > 0 || !appliesReLU ? value : 0
      }
    }
  }
}

/// The sum of two values, optionally followed by ReLU.
struct AdditionKernel: Kernel {
  let count: Int
  let appliesReLU: Bool

  func run(_ call: KernelCall) {
    let (first, second) = (call.inputs[0], call.inputs[1])
    for index in 0..<count {
      let sum = first[index] + second[index]
      call.output[index] = sum > 0 || !appliesReLU ? sum : 0
    }
  }
}
